-- POST new usage events. Arguments: host, file of tokens, file of clients, events in a batch, prefix of the ids,
-- moment of the events.
dofile("common.lua")

function init(args)
  host, tokens, clients, size, prefix, at = args[1], lines_of(args[2]), lines_of(args[3]), tonumber(args[4]), args[5], args[6]
  n, batches = 0, 0
end

function request()
  local parts = {}
  for i = 1, size do
    n = n + 1
    parts[i] = '{"id":"' .. prefix .. n .. '","client":"' .. clients[n * 7919 % #clients + 1]
      .. '","service":"push_notification","quantity":1,"at":"' .. at .. '"}'
  end
  batches = batches + 1
  local headers = {Host = host, Authorization = "Bearer " .. tokens[batches % #tokens + 1]}
  headers["Content-Type"] = "application/json"
  return wrk.format("POST", "/api/v1/usage", headers, '{"events":[' .. table.concat(parts, ",") .. "]}")
end
