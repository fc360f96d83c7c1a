-- Many messages a POST. Arguments: how many, and how many bytes each.
dofile("bench/result.lua")
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

init = function(args)
  local count, size = tonumber(args[1]), tonumber(args[2])
  local messages = {}
  for i = 1, count do
    messages[i] = '{"value":{"id":' .. (10000000 + i) .. ',"text":"' .. string.rep("x", size - 30) .. '"}}'
  end
  wrk.body = '{"messages":[' .. table.concat(messages, ",") .. ']}'
  local request = wrk.format()
  wrk.request = function() return request end
end
