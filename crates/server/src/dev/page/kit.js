// What the page is made of: elements, times, calls to the server, dialogs.
// Whatever came from outside is put in as text and never as HTML.

/** An element: attributes, listeners (`onclick`), and children that are elements or text. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== 'string') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** One of the drawings of `page.svg`. */
export function icon(name) {
  const [svg, use] = ['svg', 'use'].map((tag) => document.createElementNS('http://www.w3.org/2000/svg', tag));
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `/dev/page.svg#${name}`);
  svg.append(use);
  return svg;
}

/** What the server said last of the program, the clock and the counts. */
export const store = { state: null };
export const byId = (id) => document.getElementById(id);
export const many = (n, one, more = `${one}s`) => `${n.toLocaleString('en')} ${n === 1 ? one : more}`;
export const wide = () => matchMedia('(min-width: 861px)').matches;
/** Says of a link whether it leads to what is shown. */
export function current(link, on) { if (on) link.setAttribute('aria-current', 'true'); else link.removeAttribute('aria-current'); }
/** The address of a pane within the page. */
export const at = (tab, id) => `#/${tab}${id ? `/${encodeURIComponent(id)}` : ''}`;
let zone, days, hours;
/** The zone of all times of the page: the charter's. A name that this browser does not know is UTC. */
export function setZone(name) {
  if (zone === name) return;
  const of = (parts) => new Intl.DateTimeFormat('en-GB', { timeZone: name, ...parts });
  try {
    days = of({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
    hours = of({ hour: '2-digit', minute: '2-digit' });
    zone = name;
  } catch { setZone('UTC'); }
}
setZone('UTC');
export const day = (time) => days.format(new Date(time)).replace(',', '');
export const hour = (time) => hours.format(new Date(time));
export const zoneName = () => zone;
export const moment = (time) => `${day(time)}, ${hour(time)}`;

/** How far off a time is, in the words of a person: `in 23 h`, `3 days ago`. */
export function away(time, now) {
  const minutes = Math.round((new Date(time) - new Date(now)) / 60000);
  const far = Math.abs(minutes);
  if (far < 1) return 'now';
  const words = far < 60 ? `${far} min` : far < 48 * 60 ? `${Math.round(far / 60)} h` : many(Math.round(far / 1440), 'day');
  return minutes > 0 ? `in ${words}` : `${words} ago`;
}

let onSilence = () => {};
/** What is called with `true` when a call found no server, and with `false` when one answered. */
export function whenSilent(listener) { onSilence = listener; }

/** Asks the server; with a body it is a POST. What goes wrong comes back as words to show. */
export async function call(path, body) {
  let answer;
  try {
    answer = await fetch(path, body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  } catch {
    onSilence(true);
    throw new Error('The server does not answer. Is `journey serve --dev` still running?');
  }
  onSilence(false);
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.error ?? `The server could not do that (status ${answer.status}).`);
  return said;
}

let fading;
/** A word at the edge of the page that goes by itself. */
export function toast(text, bad = false) {
  const box = byId('toast');
  box.replaceChildren(h('span', {}, text));
  box.className = `toast shown${bad ? ' bad' : ''}`;
  clearTimeout(fading);
  fading = setTimeout(() => { box.className = 'toast'; }, bad ? 8000 : 4000);
}

/** Does it, and says so where it fails. */
export async function attempt(what, button) {
  if (button) button.disabled = true;
  try { return await what(); } catch (trouble) { toast(trouble.message, true); return null; } finally { if (button) button.disabled = false; }
}

/** A dialog over the page; the browser keeps the focus in it, gives it back, and closes it by Escape. */
export function dialog(title, kind, ...content) {
  const heading = h('h2', { id: 'dialog-title', tabindex: '-1' }, title);
  const box = h('dialog', { class: kind, 'aria-labelledby': 'dialog-title' },
    h('header', {}, heading, h('button', { type: 'button', class: 'plain square', 'aria-label': 'Close', onclick: () => box.close() }, icon('close'))),
    content);
  let pressed = null;
  box.addEventListener('pointerdown', (event) => { pressed = event.target; });
  box.addEventListener('click', (event) => { if (event.target === box && pressed === box) box.close(); });
  box.addEventListener('close', () => box.remove());
  document.body.append(box);
  box.showModal();
  (box.querySelector('[autofocus]') ?? heading).focus();
  return box;
}

/** A dialog with fields; what `then` throws is shown in it, and else it closes. */
export function ask(title, fields, confirm, then) {
  const trouble = h('p', { class: 'trouble', role: 'alert', hidden: true });
  const box = dialog(title, 'small', h('form', { onsubmit: async (event) => {
    event.preventDefault();
    try { await then(new FormData(event.target)); box.close(); } catch (failed) { trouble.textContent = failed.message; trouble.hidden = false; }
  } }, fields, trouble, h('div', { class: 'end' }, h('button', { class: 'primary' }, confirm))));
}

/** Text in monospace with a button that copies it. */
export function copyable(text, label) {
  const code = h('pre', { tabindex: '0', 'aria-label': label }, text);
  const button = h('button', { type: 'button', class: 'plain copy', onclick: async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.replaceChildren(icon('check'), 'Copied');
    } catch {
      getSelection().selectAllChildren(code); // where a page may not copy, the person does
      button.replaceChildren('Selected');
    }
    setTimeout(() => button.replaceChildren(icon('copy'), 'Copy'), 2000);
  } }, icon('copy'), 'Copy');
  return h('div', { class: 'code' }, code, button);
}

/** Names and values beside each other. */
export function pairs(entries, kind = '') {
  return h('dl', { class: `pairs ${kind}` }, entries.map(([name, value]) => [h('dt', {}, name), h('dd', {}, shown(value))]));
}

/** A value for people: texts as they are, yes and no, simple lists with commas, all else as JSON. */
function shown(value) {
  if (value instanceof Node) return value;
  if (value === null || value === undefined) return h('span', { class: 'nothing' }, 'missing');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value) && value.length && value.every((one) => typeof one !== 'object')) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The values of an object with the names that a program has for them: `address.city`. */
export const flat = (values, before = '') => Object.entries(values ?? {}).flatMap(([name, value]) =>
  (value && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length ? flat(value, `${before}${name}.`) : [[before + name, value]]));

/** Words in which what stands between backticks is code. */
export const ticked = (text) => text.split('`').map((piece, n) => (n % 2 ? h('code', {}, piece) : piece));

/** What the browser keeps for this page; a browser that keeps nothing is fine. */
export const kept = {
  get(name, otherwise) { try { return JSON.parse(localStorage.getItem(`journey.${name}`)) ?? otherwise; } catch { return otherwise; } },
  set(name, value) { try { localStorage.setItem(`journey.${name}`, JSON.stringify(value)); } catch { /* nothing is kept */ } },
};
