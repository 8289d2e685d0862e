-- What every script says at its end: one line of JSON for bench/load.py.

function done(summary, latency)
  io.write(string.format(
    '{"requests": %d, "seconds": %.4f, "refused": %d, "p50": %.3f, "p99": %.3f}\n',
    summary.requests, summary.duration / 1e6,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end

-- The lines of a file.
function lines_of(path)
  local found = {}
  for line in io.lines(path) do found[#found + 1] = line end
  return found
end
