-- A hundred messages of 100 bytes a POST.
local messages = {}
for i = 1, 100 do
  messages[i] = '{"value":{"id":' .. (10000000 + i) .. ',"text":"' .. string.rep("x", 70) .. '"}}'
end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"messages":[' .. table.concat(messages, ",") .. ']}'
