// The page of `journey serve --dev`: its bars, its address, what it hears from the server, and the form for events.
import { ask, at, attempt, away, byId, call, copyable, current, day, dialog, h, hour, icon, kept, many, moment, setZone, zoneName, store, ticked, toast, whenSilent, wide } from './kit.js';
import * as panes from './panes.js';

// `auto`: what is open was opened by the page and not by the person, so it may follow what is newest.
const view = { tab: 'messages', id: null, auto: true };

// ---- where we are
function route() {
  const [tab, id] = location.hash.replace(/^#\//, '').split('/');
  view.tab = tab === 'people' ? 'people' : 'messages';
  try { view.id = id ? decodeURIComponent(id) : null; } catch { view.id = null; }
  document.body.dataset.tab = view.tab;
  for (const name of ['messages', 'people']) current(byId(`tab-${name}`), name === view.tab);
  byId('list').setAttribute('aria-label', view.tab === 'people' ? 'People' : 'Messages');
  panes.showList(view.tab);
}

/** Goes there without a step in the browser's history. */
function slip(tab, id) { history.replaceState(null, '', at(tab, id)); route(); }

async function show() {
  // The server began anew: what was open is no more.
  if (view.tab === 'messages' && view.id && store.state?.counts.messages === 0) slip('messages');
  const empty = view.tab === 'messages' && !view.id && store.state?.counts.messages === 0;
  byId('start').hidden = !empty;
  byId('list').hidden = byId('pane').hidden = empty;
  if (!view.id && wide() && !empty) {
    const first = view.tab === 'people' ? panes.firstPerson() : panes.newest();
    if (first) { slip(view.tab, first); view.auto = true; }
  }
  document.body.classList.toggle('has-one', Boolean(view.id));
  if (view.tab === 'people') panes.noMessage(); else panes.noPerson();
  if (!view.id) byId('pane').replaceChildren(panes.blank(view.tab === 'people' ? 'Choose a person.' : 'Choose a message.'));
  else if (view.tab === 'people') await panes.showPerson(view.id, (person) => eventForm({ person }));
  else await panes.showMessage(view.id);
}

addEventListener('hashchange', async () => {
  const before = view.tab;
  route();
  view.auto = !view.id;
  if (before !== view.tab && view.tab === 'people') await attempt(panes.refreshPeople);
  await attempt(show);
  if (!wide() && view.id) byId('pane').focus();
});

// ---- what the server says
async function round() {
  store.state = await call('/dev/state');
  store.offset = new Date(store.state.clock.now) - Date.now();
  setZone(store.state.clock.zone);
  drawBars();
  const news = await panes.refreshMessages();
  if (view.tab === 'people') await panes.refreshPeople();
  panes.drawChannels();
  drawStart();
  if (news.length && view.auto && wide() && view.tab === 'messages' && panes.newest()) slip('messages', panes.newest());
  await show();
}

let [running, again] = [null, false];
/** Fetches what is shown once more; calls that come meanwhile are one more round behind it. */
function refresh() {
  again = true;
  running ??= (async () => { while (again) { again = false; await round(); } })().catch(() => {}).finally(() => { running = null; });
  return running;
}

whenSilent((silent) => { byId('away').hidden = !silent; document.body.classList.toggle('silent', silent); });

function listen() {
  const source = new EventSource('/dev/live');
  let soon = null;
  source.addEventListener('changed', () => { clearTimeout(soon); soon = setTimeout(refresh, 60); });
  source.onopen = refresh;
  source.onerror = () => {
    // The browser tries again by itself, unless it was answered with an error.
    call('/dev/state').catch(() => {});
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  };
}

// ---- the bars
function drawBars() {
  const { program, clock, counts } = store.state;
  const errors = program.findings.filter((finding) => finding.level === 'error').length;
  const warnings = program.findings.length - errors;
  byId('program').textContent = program.path;
  document.title = `${program.path} · journey`;
  byId('count-messages').textContent = counts.messages ? counts.messages.toLocaleString('en') : '';
  byId('count-people').textContent = counts.people ? counts.people.toLocaleString('en') : '';
  byId('tab-people').title = `${many(counts.people, 'person', 'people')}, something is to come for ${counts.coming}`;
  const status = byId('status');
  status.className = `status ${program.ok ? (warnings ? 'warns' : 'fine') : 'broken'}`;
  status.disabled = program.findings.length === 0;
  status.title = program.findings.length ? 'Show what was found' : 'The program runs; nothing was found in it';
  status.replaceChildren(h('span', { class: 'dot' }), h('span', {}, program.ok ? (warnings ? many(warnings, 'warning') : 'running') : errors ? many(errors, 'mistake') : 'broken'));
  const banner = byId('banner');
  if (banner.hidden !== program.ok) {
    banner.hidden = program.ok;
    banner.replaceChildren(...(program.ok ? [] : [icon('warn'), h('span', {}, program.journeys.length
      ? 'This save has mistakes. The program before it goes on running.' : 'This program has mistakes. Nothing runs until they are mended.'),
    h('button', { type: 'button', onclick: showFindings }, 'Show them')]));
  }
  byId('moved').hidden = !clock.moved;
  byId('waiting').hidden = counts.waiting === 0;
  byId('waiting').textContent = `${counts.waiting.toLocaleString('en')} to play`;
  byId('next').disabled = !clock.next;
  byId('next').querySelector('span').textContent = clock.next ? 'To the next thing' : 'Nothing is due';
  tick();
}

function tick() {
  if (!store.state) return;
  const now = new Date(Date.now() + store.offset);
  const { next } = store.state.clock;
  const text = `${day(now)}, ${hour(now)}`;
  if (byId('now').dataset.text !== text) {
    Object.assign(byId('now'), { dateTime: now.toISOString() }).dataset.text = text;
    byId('now').replaceChildren(h('b', {}, hour(now)), h('span', {}, day(now)), h('small', {}, zoneName()));
  }
  byId('next-what').textContent = next ? `${next.person}, ${next.journey}, ${away(next.at, now)}` : '';
  byId('next').title = next ? `${next.person}, ${next.journey}: ${moment(next.at)} (Shift N)` : 'Nobody waits for anything';
}
setInterval(tick, 5000);

function showFindings() {
  const { program } = store.state;
  dialog(program.ok ? 'What was found' : 'Mistakes in this save', 'drawer', h('div', { class: 'findings' },
    program.ok ? null : h('p', { class: 'soft' }, 'The page takes the next save by itself.'),
    program.findings.map((finding) => h('section', { class: `finding ${finding.level}` }, h('h3', {}, h('span', { class: 'level' }, finding.level), h('span', {}, ticked(finding.title))),
      h('pre', { tabindex: '0', 'aria-label': finding.title }, finding.text)))));
}

// ---- the clock
async function moveTo(how) {
  const said = await call('/dev/clock', how);
  toast(`It is ${moment(said.now)}. ${said.played ? `${many(said.played, 'thing')} happened.` : 'Nothing happened.'}`);
  refresh();
}
const move = (how, button) => button.disabled || attempt(() => moveTo(how), button).then(drawBars);

function askDate() {
  const value = new Date(Date.now() + store.offset + 7 * 864e5).toISOString().slice(0, 16);
  ask('Go to a date', [h('label', {}, 'Date and time, in UTC', h('input', { type: 'datetime-local', name: 'to', required: true, autofocus: true, value })),
    h('p', { class: 'soft' }, 'All that is due until then happens on the way, in its order.')], 'Go there',
  (form) => moveTo({ to: `${form.get('to').slice(0, 16)}:00Z` }));
}

// ---- what an application would send
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The line for a terminal that does what the form does. */
function curl(type, person, event, values) {
  const body = { userId: person || 'ana', ...(type === 'track' ? { event, properties: values } : { traits: values }) };
  return `curl -u ${store.state.write_key}: ${store.state.url}/v1/${type} \\\n  -H 'Content-Type: application/json' \\\n  -d ${quoted(JSON.stringify(body))}`;
}

const choicesOf = (type) => (/^"/.test(type) ? [...type.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((found) => found[1]) : null);
/** Puts a value where a name with dots says: `address.city`. */
function put(into, [name, ...rest], value) {
  if (rest.length) put(into[name] = typeof into[name] === 'object' && into[name] ? into[name] : Object.create(null), rest, value);
  else into[name] = value;
}

/** A field for a value of this type; `read` gives the value, or nothing where it is left empty. */
function fieldFor(name, type) {
  const select = (options) => h('select', {}, h('option', { value: '' }, '—'), options.map(([value, text]) => h('option', { value }, text)));
  const kind = /^(number|int|decimal|money)/.test(type) ? 'number' : type === 'bool' || type === 'yes/no' || type === 'boolean' ? 'bool' : /^list of \(/.test(type) ? 'json' : /^list/.test(type) ? 'list' : type;
  const choices = choicesOf(type);
  const input = choices ? select(choices.map((choice) => [choice, choice]))
    : kind === 'bool' ? select([['true', 'yes'], ['false', 'no']])
      : kind === 'json' ? h('textarea', { rows: '2', placeholder: '[{"title": "Red shoes"}]' })
        : h('input', { type: { date: 'date', time: 'time', moment: 'datetime-local' }[kind] ?? 'text', inputmode: kind === 'number' ? 'decimal' : null,
          placeholder: { list: 'one, another', duration: '1d12h' }[kind] ?? null, autocomplete: 'off', spellcheck: 'false' });
  input.dataset.name = name;
  const read = () => {
    const text = input.value.trim();
    if (text === '') return undefined;
    const number = (word) => { if (!/^-?\d+(\.\d+)?$/.test(word)) throw new Error(`“${word}” is no number for ${name}: write 1200 or 19.90.`); return Number(word); };
    if (kind === 'number') return number(text);
    if (kind === 'bool') return text === 'true';
    if (kind === 'moment') return text.replace('T', ' ');
    if (kind === 'list') { const words = text.split(',').map((word) => word.trim()).filter(Boolean); return /number/.test(type) ? words.map(number) : words; }
    if (kind === 'json') { try { return JSON.parse(text); } catch { throw new Error(`What stands in ${name} is no JSON.`); } }
    return text;
  };
  return { name, read, input, row: h('label', { class: 'field' }, h('span', {}, name, h('small', {}, choices ? 'choice' : kind === 'bool' ? 'yes or no' : type)), input) };
}

/** A row for a name and a value that the program does not know of. */
function freeRow(changed) {
  const name = h('input', { placeholder: 'name', 'aria-label': 'Name', autocomplete: 'off', spellcheck: 'false' });
  const value = h('input', { placeholder: 'value', 'aria-label': 'Value', autocomplete: 'off', spellcheck: 'false' });
  const row = h('div', { class: 'free' }, name, value, h('button', { type: 'button', class: 'plain square', 'aria-label': 'Take this row away', onclick: () => { row.remove(); changed(); } }, icon('close')));
  const read = () => { const text = value.value.trim(); try { return text === '' ? undefined : JSON.parse(text); } catch { return text; } };
  return { row, read, get name() { return row.isConnected ? name.value.trim() : ''; } };
}

const lastSent = { type: 'track', event: null, values: {} };

function eventForm({ person = '', event = null } = {}) {
  const { events, attributes, program } = store.state;
  const people = kept.get('people', []);
  const begins = events.filter((one) => one.begins);
  let type = event ? 'track' : lastSent.type;
  let [fields, free] = [[], []];
  const who = h('input', { id: 'form-person', required: true, autocomplete: 'off', spellcheck: 'false', list: 'form-people', value: person || people[0] || 'ana', autofocus: true });
  const group = (label, some) => (some.length ? h('optgroup', { label }, some.map((one) => h('option', { value: one.name }, one.name))) : null);
  const which = h('select', { id: 'form-event' }, group('Begin a journey', begins), group('Others of the program', events.filter((one) => !one.begins)), h('option', { value: '' }, 'Another name…'));
  const other = h('input', { id: 'form-other', placeholder: 'order_completed', 'aria-label': 'Name of the event', autocomplete: 'off', spellcheck: 'false' });
  which.value = [event, lastSent.event, begins[0]?.name, events[0]?.name].find((name) => events.some((one) => one.name === name)) ?? '';
  const place = h('div', { class: 'fields' });
  const more = h('button', { type: 'button', class: 'plain', onclick: () => { const row = freeRow(line); free.push(row); place.append(row.row); row.row.querySelector('input').focus(); } }, icon('plus'), h('span', {}));
  const trouble = h('p', { class: 'trouble', role: 'alert', hidden: true });
  const shell = copyable('', 'The same as a line for a terminal');
  const eventRow = h('label', { class: 'field' }, h('span', {}, 'Event'), which);
  const kinds = h('div', { class: 'kinds', role: 'radiogroup', 'aria-label': 'What is told' }, [['track', 'Something happened'], ['identify', 'Something is known']].map(([value, text]) =>
    h('label', {}, h('input', { type: 'radio', name: 'kind', value, checked: type === value, onchange: () => { type = value; draw(); } }), h('span', {}, text))));

  function draw() {
    const asked = type === 'track' ? events.find((one) => one.name === which.value)?.properties ?? [] : [...attributes,
      ...program.channels.map((channel) => ({ name: `consent.${channel}`, type: 'bool' })).filter((one) => !attributes.some((attribute) => attribute.name === one.name))];
    eventRow.hidden = type !== 'track';
    other.hidden = type !== 'track' || which.value !== '';
    other.required = !other.hidden;
    fields = asked.map((one) => fieldFor(one.name, one.type));
    free = [];
    for (const field of fields) field.input.value = lastSent.values[`${type} ${which.value} ${field.name}`] ?? '';
    place.replaceChildren(...fields.map((field) => field.row));
    more.querySelector('span').textContent = type === 'track' ? 'Add a property' : 'Add a trait';
    line();
  }
  function read() {
    const values = Object.create(null);
    for (const one of [...fields, ...free]) if (one.name && one.read() !== undefined) put(values, one.name.split('.'), one.read());
    return values;
  }
  function line() {
    let values = {};
    try { values = read(); } catch { /* told when it is sent */ }
    shell.querySelector('pre').textContent = curl(type, who.value.trim(), which.value || other.value.trim() || 'order_completed', values);
  }
  which.addEventListener('change', draw);
  const button = h('button', { class: 'primary', id: 'form-send' }, 'Send');
  const form = h('form', { class: 'event-form', oninput: line, onsubmit: async (submitted) => {
    submitted.preventDefault();
    trouble.hidden = button.disabled = true;
    try {
      const [name, id, values] = [which.value || other.value.trim(), who.value.trim(), read()];
      await call('/dev/send', type === 'track' ? { type, person: id, event: name, properties: values } : { type, person: id, traits: values });
      Object.assign(lastSent, { type, event: name });
      for (const field of fields) lastSent.values[`${type} ${which.value} ${field.name}`] = field.input.value;
      kept.set('people', [id, ...people.filter((one) => one !== id)].slice(0, 8));
      box.close();
      toast(type === 'track' ? `${name} sent for ${id}` : `What is known of ${id} is sent`);
      await refresh();
    } catch (failed) { trouble.textContent = failed.message; trouble.hidden = false; }
    button.disabled = false;
  } }, h('div', { class: 'body' }, kinds, h('label', { class: 'field' }, h('span', {}, 'Person'), who), h('datalist', { id: 'form-people' }, people.map((id) => h('option', { value: id }))),
    eventRow, other, place, more, h('div', { class: 'shell' }, h('p', { class: 'soft' }, 'The same from a terminal'), shell)),
  h('footer', {}, trouble, button));
  const box = dialog('Send an event', 'form', form);
  draw();
  who.select();
}

// ---- the first screen
const sample = (type) => choicesOf(type)?.[0] ?? (/^number/.test(type) ? 80 : type === 'bool' ? true : /^list/.test(type) ? [] : { date: '2026-12-24', time: '09:00', moment: '2026-12-24 18:30', duration: '1d' }[type] ?? 'abc');
let startDrawn = '';

function drawStart() {
  const { events, program, counts, clock } = store.state;
  const text = JSON.stringify([events, program.journeys, counts, clock.next, store.state.url]);
  if (counts.messages || text === startDrawn) return;
  startDrawn = text;
  const begins = events.filter((one) => one.begins);
  const first = begins[0] ?? events[0];
  const step = (n, title, ...content) => h('li', {}, h('span', { class: 'n' }, n), h('div', {}, h('h2', {}, title), content));
  const shell = first ? curl('track', 'ana', first.name, Object.fromEntries(first.properties.filter((one) => !/^list/.test(one.type)).map((one) => [one.name, sample(one.type)]))) : curl('identify', 'ana', '', { first_name: 'Ana' });
  const waits = clock.next && counts.people > 0;
  const idle = !waits && counts.people > 0;
  byId('start').replaceChildren(h('div', { class: 'hero' },
    h('h1', {}, waits ? 'Somebody is on the way' : idle ? 'No message went so far' : 'Nothing has been sent yet'),
    waits ? h('p', { class: 'lead' }, `Something is to come for ${many(counts.coming, 'person', 'people')}, and no message was due so far. The next thing is for ${clock.next.person} in ${clock.next.journey}, ${away(clock.next.at, clock.now)}.`)
      : idle ? h('p', { class: 'lead' }, `Something was heard of ${many(counts.people, 'person', 'people')}, and nothing is due. What came of it, and why no more, stands with each of them.`)
      : h('p', { class: 'lead' }, 'Tell what a customer did, as your application would. The message that follows shows up here, and no customer gets it.'),
    waits ? h('div', { class: 'row-of-buttons' }, h('button', { type: 'button', class: 'primary', onclick: () => move({ to: 'next' }, byId('next')) }, 'To the next thing'), h('a', { class: 'button', href: at('people', clock.next.person) }, `See ${clock.next.person}`))
      : idle ? h('div', { class: 'row-of-buttons' }, h('a', { class: 'button', href: at('people') }, 'See who it is')) : null,
    h('ol', { role: 'list' },
      step(1, waits || idle ? 'Send another event' : 'Send an event', h('p', {}, begins.length ? 'These begin a journey:' : 'From a form:'),
        h('div', { class: 'chips' }, begins.slice(0, 8).map((one) => h('button', { type: 'button', class: 'chip', onclick: () => eventForm({ event: one.name }) }, one.name)),
          begins.length ? null : h('button', { type: 'button', class: 'chip', onclick: () => eventForm() }, 'Open the form')),
        h('p', { class: 'gap' }, 'or from a terminal:'), copyable(shell, 'A line for a terminal')),
      step(2, 'See the message', h('p', {}, 'As its reader sees it, with the line that sent it and why. Open it, click, reply or unsubscribe in their place.')),
      step(3, 'Move the clock', h('p', {}, 'A journey that waits for days takes a moment: the buttons above move the time for everybody here.'))),
    program.journeys.length ? h('p', { class: 'soft runs' }, 'Running: ', program.journeys.map((journey, n) => [n ? ', ' : '', h('b', {}, journey.name), journey.title ? ` (${journey.title})` : ''])) : null));
}

// ---- keys and colours
const KEYS = [['j  ↓', 'the next one in the list'], ['k  ↑', 'the one before'], ['/', 'find a person'], ['e', 'send an event'], ['m', 'messages'], ['p', 'people'], ['Shift  H', 'one hour on'], ['Shift  D', 'one day on'], ['Shift  N', 'to the next thing'], ['Esc', 'back to the list, or close'], ['?', 'these keys']];
const showKeys = () => dialog('Keys', 'small', h('dl', { class: 'keys' }, KEYS.map(([key, text]) => [h('dt', {}, key.split('  ').map((one) => h('kbd', {}, one))), h('dd', {}, text)])));

function step(by) {
  const links = [...byId('list').querySelectorAll(`.side:not([hidden]) .row`)];
  const focused = links.indexOf(document.activeElement);
  const here = focused >= 0 ? focused : links.findIndex((link) => link.hasAttribute('aria-current'));
  const link = links[Math.min(links.length - 1, Math.max(0, here + by))];
  link?.focus();
  link?.scrollIntoView({ block: 'nearest' });
  if (!link || !wide()) return;
  slip(view.tab, link.dataset.key ?? link.dataset.person);
  view.auto = false;
  attempt(show);
}

const pressed = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1), e: () => eventForm(), '?': showKeys,
  m: () => { location.hash = at('messages'); }, p: () => { location.hash = at('people'); },
  // The clock does not go back, so its keys take two fingers.
  H: () => byId('hour').click(), D: () => byId('day').click(), N: () => byId('next').click(),
  '/': () => { if (!wide()) location.hash = at(view.tab); panes.searchField(view.tab).select(); panes.searchField(view.tab).focus(); },
};

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  const typing = event.target.matches('input, textarea, select');
  if (event.key === 'Escape') {
    if (typing) event.target.blur();
    else if (view.id && !wide()) location.hash = at(view.tab);
    else byId('list').querySelector('.side:not([hidden]) [aria-current]')?.focus();
  }
  // Arrows scroll what has the focus to scroll; elsewhere they go through the list.
  if (typing || (event.key.startsWith('Arrow') && event.target.closest('#pane, .hero')) || !Object.hasOwn(pressed, event.key) || !store.state) return;
  event.preventDefault();
  pressed[event.key]();
});

const THEMES = { auto: 'Colours: as the system has them', light: 'Colours: light', dark: 'Colours: dark' };
function theme(name) {
  document.documentElement.dataset.theme = name;
  byId('theme').replaceChildren(icon(name));
  Object.assign(byId('theme'), { title: THEMES[name], ariaLabel: THEMES[name] });
}

theme(Object.keys(THEMES).find((name) => name === kept.get('theme')) ?? 'auto');
byId('theme').addEventListener('click', () => {
  const names = Object.keys(THEMES);
  theme(names[(names.indexOf(document.documentElement.dataset.theme) + 1) % names.length]);
  kept.set('theme', document.documentElement.dataset.theme);
});
const buttons = { status: showFindings, keys: showKeys, send: () => eventForm(), date: askDate,
  hour: (button) => move({ by: '1h' }, button), day: (button) => move({ by: '1d' }, button), next: (button) => move({ to: 'next' }, button) };
for (const [id, does] of Object.entries(buttons)) byId(id).addEventListener('click', () => store.state && does(byId(id)));
panes.mountLists(byId('list'));
route();
view.auto = !view.id;
refresh().finally(listen);
