-- Asks for the addresses in a file, a line "HOST PATH" each, in the order that another file gives by their numbers: drawn
-- by a Zipf law once and for all, so that every server is asked the same. One line of JSON at the end.
local requests, order, at = {}, {}, 0
-- A reader's browser, so that what the page store counts is counted.
local agent = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"

init = function(args)
  for line in io.lines(args[1]) do
    local host, path = line:match("^(%S+) (%S+)$")
    requests[#requests + 1] = wrk.format("GET", path, { ["Host"] = host, ["Accept-Encoding"] = "gzip, br", ["User-Agent"] = agent })
  end
  for number in io.lines(args[2]) do
    order[#order + 1] = tonumber(number)
  end
end

request = function()
  at = at % #order + 1
  return requests[order[at]]
end

done = function(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"duration_us":%d,"bytes":%d,"errors":%d,"p50_us":%d,"p99_us":%d}\n',
    summary.requests, summary.duration, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
