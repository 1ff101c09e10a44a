-- The load of scripts/scaling.mjs. REQUESTS is a file with one request on each line, and PORTS the ports of the servers. Each thread
-- has its own requests, and sends them to one server, as a load balancer distributes connections.
local threads = {}

function setup(thread)
  local ports = {}
  for port in os.getenv('PORTS'):gmatch('%d+') do table.insert(ports, port) end
  thread.addr = wrk.lookup('127.0.0.1', ports[#threads % #ports + 1])[1]
  thread:set('id', #threads)
  table.insert(threads, thread)
end

function init()
  requests, sent, repeated = {}, 0, false
  local line, threadCount, file = 0, tonumber(os.getenv('THREADS')), os.getenv('REQUESTS')
  for text in io.lines(file) do
    if line % threadCount == id then table.insert(requests, text) end
    line = line + 1
  end
  keyPrefix = file:match('[^/]+$') .. '-' .. id .. '-'
end

function request()
  if sent == #requests then sent, repeated = 0, true end
  sent = sent + 1
  local method, path, token, body = requests[sent]:match('^(%S+) (%S+) (%S+) ?(.*)$')
  local headers = { ['Host'] = '127.0.0.1', ['Accept'] = 'application/json' }
  if token ~= '-' then headers['Authorization'] = 'Bearer ' .. token end
  if body ~= '' then headers['Content-Type'] = 'application/json' end
  if method == 'POST' then headers['Idempotency-Key'] = keyPrefix .. sent end
  return wrk.format(method, path, headers, body)
end

function done(summary, latency)
  local errors, hasRepeated = summary.errors, false
  for _, thread in ipairs(threads) do hasRepeated = hasRepeated or thread:get('repeated') end
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('{"count":%d,"seconds":%.3f,"failed":%d,"p99Ms":%.1f,"hasRepeated":%s}\n',
    summary.requests, summary.duration / 1e6, failed, latency:percentile(99) / 1000, tostring(hasRepeated)))
end
