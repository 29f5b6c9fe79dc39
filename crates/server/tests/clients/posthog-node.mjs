// posthog-node: `/batch/`, packed; with POSTHOG_CAPTURE_MODE=v1 `/i/v1/analytics/events`.
import { PostHog } from 'posthog-node';
import { count, done, event, key, sleep, url } from './work.mjs';

const client = new PostHog(key, {
  host: url,
  flushAt: 1_000_000,
  flushInterval: 3_600_000,
  maxQueueSize: count + 1,
  fetchRetryCount: 2,
  fetchRetryDelay: 300,
  requestTimeout: 5_000,
  disableGeoip: true,
});
// Its own timers do not keep the process alive while it waits to try again.
setInterval(() => {}, 1_000);
// What was dropped stands in the error, by `uuid`: it is sent again under the same one.
const numbers = new Map();
let lost = [];
let again = 0;
client.on('error', (error) => {
  for (const { uuid } of error?.drops ?? []) throw new Error(`${uuid} was refused`);
  lost.push(...(error?.retryExhausted ?? []));
});
const capture = (uuid) => {
  const { userId, event: name, properties } = event(numbers.get(uuid));
  client.capture({ distinctId: userId, event: name, properties, uuid });
};
/** Waits until nothing is left in the queue: what the network did not take stays there, and what was answered with 429 too often does not. */
const flushed = async (chunk) => {
  for (;;) {
    try {
      await client.flush();
      if (lost.length === 0) return;
      const missing = lost;
      lost = [];
      missing.forEach(capture);
      again += missing.length;
    } catch (error) {
      if (error?.name === 'PostHogFetchHttpError' && error.response.status === 429) {
        chunk.forEach(capture);
        again += chunk.length;
      } else if (error?.name === 'PostHogFetchNetworkError') again++;
      else throw error;
    }
    await sleep(300);
  }
};
let chunk = [];
for (let k = 1; k <= count; k++) {
  const uuid = crypto.randomUUID();
  chunk.push(uuid);
  numbers.set(uuid, k);
  capture(uuid);
  // What is captured is put into the queue a moment later.
  if (k % 500 === 0 || k === count) {
    await sleep(20);
    await flushed(chunk);
    chunk = [];
  }
}
done(numbers.size, again);
