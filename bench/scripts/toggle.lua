-- Switch rights on and off, each request another state. Arguments: host, cookie, CSRF token, file of paths,
-- round (an odd one begins by giving).
dofile("common.lua")

function init(args)
  host, cookie, token, paths, n = args[1], args[2], args[3], lines_of(args[4]), tonumber(args[5])
end

function request()
  local path = paths[n % #paths + 1]
  local granted = math.floor(n / #paths) % 2 == 0 and "yes" or "no"
  n = n + 1
  local headers = {Host = host, Cookie = cookie}
  headers["Content-Type"] = "application/x-www-form-urlencoded"
  headers["X-CSRFToken"] = token
  headers["HX-Request"] = "true"
  return wrk.format("POST", path, headers, "granted=" .. granted)
end
