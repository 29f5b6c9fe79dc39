// What the clients for Node have in common: `node CLIENT URL KEY COUNT` sends COUNT events and ends when all are delivered.

const [url, key, number] = process.argv.slice(2);
if (!url || !key || !(Number(number) > 0)) {
  console.error('usage: node CLIENT.mjs URL KEY COUNT');
  process.exit(2);
}
export { url, key };
export const count = Number(number);

/** The k-th event, the same for every client. */
export const event = (k) => ({ userId: `u${k}`, event: 'Client Sent', properties: { number: k } });

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Sends every event by `send`, which resolves when it is delivered, and again after it rejected; so many at once. */
export async function deliver(send, most = 2_000) {
  let [next, delivered, again] = [1, 0, 0];
  const one = async () => {
    while (next <= count) {
      const k = next++;
      for (;;) {
        try {
          await send(k);
          break;
        } catch (error) {
          if (again++ < 5) console.error(`u${k} again: ${error?.message ?? error}`);
          await sleep(500);
        }
      }
      delivered++;
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, count) }, one));
  done(delivered, again);
}

export function done(delivered, again = 0) {
  console.log(`delivered ${delivered} of ${count}, ${again} by sending again`);
  process.exit(delivered === count ? 0 : 1);
}
