// @segment/analytics-next in Chromium, on a page of another origin: its settings from us, then `/v1/t`; with BATCHING=1 `/v1/b`.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { chromium } from 'playwright-core';
import { count, done, key, url } from './work.mjs';

const here = new URL('.', import.meta.url);
const page = await readFile(new URL('analytics-next.html', here));
const server = createServer(async (request, response) => {
  if (request.url === '/') return response.setHeader('content-type', 'text/html').end(page);
  try {
    const name = basename(new URL(request.url, 'http://x').pathname);
    const script = await readFile(new URL(`node_modules/@segment/analytics-next/dist/umd/${name}`, here));
    response.setHeader('content-type', 'text/javascript').end(script);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const tab = await browser.newPage();
// Nothing of it may go anywhere else, such as to Segment.
const strays = [];
tab.on('request', (request) => {
  const { origin } = new URL(request.url());
  if (origin !== new URL(url).origin && new URL(origin).port !== String(server.address().port)) strays.push(request.url());
});
await tab.goto(`http://127.0.0.1:${server.address().port}/`);
const { delivered, again } = await tab.evaluate((work) => run(work), { url, key, count, batching: Boolean(process.env.BATCHING) });
await browser.close();
if (strays.length > 0) {
  console.error(`went elsewhere: ${strays.slice(0, 5).join(' ')}`);
  process.exit(1);
}
done(delivered, again);
