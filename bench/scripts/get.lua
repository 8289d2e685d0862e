-- GET the paths of a file, one after the other. Arguments: host, cookie ("-" for none), file of paths,
-- file of tokens ("-" for none).
dofile("common.lua")

function init(args)
  host, cookie, paths, n = args[1], args[2], lines_of(args[3]), 0
  tokens = args[4] ~= "-" and lines_of(args[4]) or {}
end

function request()
  n = n + 1
  local headers = {Host = host}
  if cookie ~= "-" then headers["Cookie"] = cookie end
  if #tokens > 0 then headers["Authorization"] = "Bearer " .. tokens[n % #tokens + 1] end
  return wrk.format("GET", paths[n % #paths + 1], headers)
end
