// Drives the page of `journey serve --dev` as a person would: node page.mjs URL [FOLDER] [EVENT] [NAME=VALUE …]
//
// The program behind URL must answer EVENT (`cart_abandoned`) with a message at once, and with a second one within a day.
// Without NAME=VALUE each number of the event is filled in as 80.
// CHROMIUM says which browser is used. Pictures go into FOLDER. It ends with 0 where all is as it should be, else with 1.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [url, folder = 'pictures', event = 'cart_abandoned', ...given] = process.argv.slice(2);
if (!url) {
  console.error('node page.mjs URL [FOLDER] [EVENT] [NAME=VALUE …]');
  process.exit(1);
}
mkdirSync(folder, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
page.setDefaultTimeout(10_000);
const noise = [];
page.on('console', (message) => { if (message.type() === 'error') noise.push(message.text()); });
page.on('pageerror', (error) => noise.push(String(error)));

const rows = page.locator('#list .row[data-key]');
let pictures = 0;
const picture = (name) => page.screenshot({ path: join(folder, `${++pictures}-${name}.png`) });
const check = (holds, words) => { if (!holds) throw new Error(words); };
const step = (words) => console.log(`- ${words}`);

async function drive() {
  step('the page opens');
  await page.goto(url);
  await page.waitForFunction(() => document.querySelector('#program').textContent !== '');
  await picture('opened');
  const before = await rows.count();
  if (before === 0) check(await page.locator('#start').isVisible(), 'an empty mailbox shows no first steps');

  step(`${event} is sent by the form`);
  const person = `page-${Date.now().toString(36)}`;
  await page.keyboard.press('e');
  await page.fill('#form-person', person);
  const known = await page.locator(`#form-event option[value="${event}"]`).count();
  await page.selectOption('#form-event', known ? event : '');
  if (!known) await page.fill('#form-other', event);
  for (const field of await page.locator('.event-form .field:has(small:text-is("number")) input').all()) await field.fill('80');
  for (const one of given) {
    const [name, value] = one.split(/=(.*)/s);
    const field = page.locator(`.event-form [data-name="${name}"]`);
    if (await field.count() === 0) {
      await page.click('text=Add a property');
      const last = page.locator('.free').last();
      await last.locator('input').first().fill(name);
      await last.locator('input').last().fill(value);
    } else if (await field.evaluate((element) => element.tagName) === 'SELECT') await field.selectOption(value);
    else await field.fill(value);
  }
  const line = await page.locator('.event-form pre').textContent();
  check(line.includes('/v1/track') && line.includes(person) && line.includes(event), `the line for a terminal is another one: ${line}`);
  await picture('form');
  await page.click('#form-send');
  await page.waitForSelector('dialog', { state: 'detached' });

  step('the message appears');
  const mine = rows.filter({ has: page.locator('.meta b', { hasText: person }) });
  await mine.first().waitFor();
  check(await mine.count() === 1, `${await mine.count()} messages came at once, and one was asked for`);

  step('it is opened');
  await mine.first().click();
  await page.waitForSelector('.message h1');
  check((await page.locator('.message header').textContent()).includes(person), 'another message is open');
  check(await page.locator('.message .problem').count() === 0, 'the message could not be written');
  const frame = page.locator('.view iframe');
  if (await frame.count() > 0) {
    check(!(await frame.getAttribute('sandbox')).includes('allow-scripts'), 'the mail may run scripts');
    const words = await page.frameLocator('.view iframe').locator('body').innerText();
    check(words.trim() !== '', 'the mail is empty');
  }
  await picture('message');
  await page.click('.origin summary');
  await page.waitForFunction(() => document.querySelector('.why').textContent.length > 5);
  await page.click('role=tab[name="Details"]');
  await picture('why');

  step('its person opens it');
  const opens = page.locator('.answers [data-what="opened"]');
  if (await opens.count() > 0) {
    await opens.click();
    await page.waitForSelector('.answers [data-what="opened"].done');
  }

  step('a day goes by, and the second message comes');
  const now = await page.locator('#now').getAttribute('datetime');
  await page.click('#day');
  await mine.nth(1).waitFor();
  await page.waitForFunction((then) => new Date(document.querySelector('#now').dateTime) - new Date(then) > 86_000_000, now);
  check(await page.locator('#moved').isVisible(), 'nothing says that the clock was moved');
  await picture('second');

  step('the person is looked at');
  await page.click('#tab-people');
  await page.fill('#find-people', person);
  const found = page.locator(`.row[data-person="${person}"]`);
  await found.click();
  await page.waitForSelector('.timeline li');
  check(await page.locator('.timeline a').count() >= 2, 'the timeline does not tell of both messages');
  await picture('person');

  step('it fits a phone');
  await page.setViewportSize({ width: 360, height: 740 });
  check(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page is wider than a phone');
  await picture('phone');
  check(noise.length === 0, `the browser complained: ${noise.join('; ')}`);
}

let status = 0;
try {
  await drive();
  console.log('all is as it should be');
} catch (trouble) {
  status = 1;
  console.error(`failed: ${trouble.message}`);
  for (const line of noise) console.error(`  the browser said: ${line}`);
  await picture('failed').catch(() => {});
}
await browser.close();
process.exit(status);
