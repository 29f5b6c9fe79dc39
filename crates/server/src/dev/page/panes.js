// The two panes: messages and people, each a list with what is chosen beside it.
import { ask, at, attempt, away, byId, call, current, flat, h, hour, icon, kept, many, moment, pairs, store, ticked, toast } from './kit.js';

const PAGE = 50;
const CHANNELS = new Set(['email', 'sms', 'push', 'in_app', 'web']);
const pictured = (channel) => icon(channel === 'mms' ? 'sms' : CHANNELS.has(channel) ? channel : 'other');
const titleOf = (message) => message.subject || message.title || message.message;

// ---- the list of messages
const list = { known: [], more: false, chunks: new Map(), fresh: new Set(), coming: new Set(), channel: '', person: '', loading: false, chosen: null };
const channelField = h('select', { 'aria-label': 'Channel', onchange: () => { list.channel = channelField.value; filtered(); } });
const personField = h('input', { type: 'search', id: 'find-messages', placeholder: 'Person', 'aria-label': 'Messages to which person', autocomplete: 'off',
  spellcheck: 'false', oninput: () => filterByPerson(personField.value), onsearch: () => filterByPerson(personField.value) });
const messageRows = h('div', { role: 'group', 'aria-label': 'Messages, the newest first' });
const olderButton = h('button', { type: 'button', class: 'plain older', onclick: () => attempt(() => older(200)) }, 'Older messages');
const noRows = h('p', { class: 'none', hidden: true });
const messageScroll = h('div', { class: 'scroll' }, messageRows, noRows, olderButton);
const messageRoot = h('div', { class: 'side' },
  h('div', { class: 'filters' }, h('label', { class: 'find' }, icon('search'), personField, h('kbd', {}, '/')), channelField), messageScroll);
messageScroll.addEventListener('scroll', () => {
  if (!filtering() && messageScroll.scrollHeight - messageScroll.scrollTop - messageScroll.clientHeight < 900) attempt(older);
}, { passive: true });

const filtering = () => list.channel !== '' || list.person !== '';
const fits = (message) => (!list.channel || message.channel === list.channel) && (!list.person || message.person.toLowerCase().includes(list.person));

/** Fetches the newest messages and keeps the older ones that are known already. Answers with those that are new. */
export async function refreshMessages() {
  const page = await call(`/dev/messages?most=${PAGE}`);
  const before = new Set(list.known.map((message) => message.key));
  const oldest = page.more && page.messages.length ? page.messages.at(-1).n : -Infinity;
  // Nothing in common with what is known: another run of the server, or too much at once.
  const rest = page.messages.some((message) => before.has(message.key)) ? list.known.filter((message) => message.n < oldest) : [];
  list.more = rest.length ? list.more : page.more;
  list.known = [...page.messages, ...rest];
  const news = page.messages.filter((message) => !before.has(message.key));
  const fresh = list.loaded ? news.map((message) => message.key) : [];
  list.loaded = true;
  for (const key of fresh) list.fresh.add(key);
  list.coming = new Set(fresh);
  drawRows();
  list.coming.clear();
  return news;
}

async function older(most = PAGE) {
  if (list.loading || !list.more || !list.known.length) return;
  list.loading = true;
  const last = list.known.at(-1);
  const page = await call(`/dev/messages?before=${last.n}&most=${most}`).finally(() => { list.loading = false; });
  if (list.known.at(-1)?.key !== last.key) return; // the list began anew meanwhile
  list.known.push(...page.messages);
  list.more = page.more && page.messages.length > 0;
  drawRows();
}

/** Draws what fits the filter, and looks some pages further back while too little does. */
async function filtered() {
  drawRows();
  for (let pages = 0; pages < 5 && filtering() && list.more && list.known.filter(fits).length < 20; pages += 1) {
    if (await attempt(() => older(200).then(() => true)) === null) return;
  }
}

export function filterByPerson(person) {
  if (personField.value !== person) personField.value = person;
  if (list.person === person.trim().toLowerCase()) return;
  list.person = person.trim().toLowerCase();
  filtered();
}

/** Draws the rows in chunks of a page each: the browser passes over those that are out of sight, and so do we over those that are as they were. */
function drawRows() {
  const chunks = Map.groupBy(list.known.filter(fits), (message) => Math.floor(message.n / PAGE));
  let day = '';
  for (const [id, messages] of chunks) {
    const text = JSON.stringify([day, messages]);
    if (list.chunks.get(id)?.text !== text) list.chunks.set(id, drawChunk(list.chunks.get(id), text, messages, day));
    [day] = dayAndHour(messages.at(-1));
  }
  for (const id of list.chunks.keys()) if (!chunks.has(id)) list.chunks.delete(id);
  inOrder(messageRows, [...chunks.keys()].map((id) => list.chunks.get(id).element));
  marked();
  olderButton.hidden = !list.more;
  olderButton.textContent = filtering() ? `Looked through ${many(list.known.length, 'message')}; look further back` : 'Older messages';
  noRows.hidden = chunks.size > 0;
  noRows.textContent = filtering() ? 'No message fits.' : 'No message yet.';
}

function drawChunk(before, text, messages, day) {
  const element = before?.element ?? h('ul', { class: 'rows', role: 'list' });
  const rows = new Map();
  for (const message of messages) {
    const [date] = dayAndHour(message);
    if (date !== day) rows.set(`day ${day = date} ${rows.size}`, { element: h('li', { class: 'date' }, date) });
    const row = JSON.stringify(message);
    rows.set(message.key, before?.rows.get(message.key)?.text === row ? before.rows.get(message.key) : { text: row, element: messageRow(message) });
  }
  inOrder(element, [...rows.values()].map((row) => row.element));
  return { element, text, rows };
}

/** Puts elements in order and touches only those that are elsewhere, so that focus and place stay. */
function inOrder(parent, wanted) {
  let here = parent.firstChild;
  for (const element of wanted) if (element === here) here = here.nextSibling; else parent.insertBefore(element, here);
  while (here) { const gone = here; here = here.nextSibling; gone.remove(); }
}

/** The day and the hour of a message where its person lives, or else in UTC. */
function dayAndHour(message) {
  const [date, time] = (message.local ?? moment(message.at)).split(', ');
  return time ? [date, time] : [moment(message.at).split(', ')[0], date];
}

function messageRow(message) {
  const broken = message.state === 'unrenderable';
  const row = h('li', { class: list.coming.has(message.key) ? 'new' : null, onanimationend: () => row.classList.remove('new') },
    h('a', { class: `row${broken ? ' broken' : ''}${list.fresh.has(message.key) ? ' fresh' : ''}`, href: at('messages', message.key), 'data-key': message.key, title: moment(message.at) },
      h('span', { class: 'channel' }, broken ? icon('warn') : pictured(message.channel), h('span', { class: 'read' }, `${message.channel}: `)),
      h('span', { class: 'subject' }, titleOf(message)),
      h('span', { class: 'time' }, dayAndHour(message)[1]),
      h('span', { class: 'preview' }, broken ? `Could not be written: ${(message.problem ?? 'its text does not come out').replaceAll('`', '')}` : message.preview ?? ''),
      h('span', { class: 'meta' }, h('b', {}, message.person), h('span', { class: 'of' }, message.journey),
        message.feedback?.length ? h('span', { class: 'given' }, icon('check'), message.feedback.at(-1)) : null)));
  return row;
}

function mark(rows, what, chosen) {
  for (const link of rows.querySelectorAll('[aria-current]')) current(link, false);
  const link = chosen === null ? null : rows.querySelector(`[data-${what}="${CSS.escape(chosen)}"]`);
  if (link) { current(link, true); link.classList.remove('fresh'); }
}
const marked = () => mark(messageRows, 'key', list.chosen);
const markedPeople = () => mark(peopleRows, 'person', people.chosen);
export const newest = () => list.known.find(fits)?.key ?? null;

// ---- one message
const ANSWERS = {
  email: ['opened', 'clicked', 'replied', 'bounced', 'complained', 'unsubscribed'], push: ['delivered', 'opened', 'clicked', 'dismissed'],
  sms: ['delivered', 'clicked', 'replied', 'bounced', 'unsubscribed'], mms: ['delivered', 'clicked', 'replied', 'bounced', 'unsubscribed'],
  in_app: ['opened', 'clicked', 'dismissed'], web: ['opened', 'clicked', 'dismissed'],
};
const VERBS = { delivered: 'Deliver', opened: 'Open', clicked: 'Click', replied: 'Reply', dismissed: 'Dismiss', bounced: 'Bounce', complained: 'Complain', unsubscribed: 'Unsubscribe' };
const replies = new Map();
let open = null;

/** Shows a message in the pane; what is shown already only learns what was answered. */
export async function showMessage(key) {
  list.chosen = key;
  list.fresh.delete(key);
  marked();
  let message;
  try { message = await call(`/dev/messages/${encodeURIComponent(key)}`); } catch (trouble) { message = { trouble: trouble.message }; }
  if (list.chosen !== key) return;
  if (message.trouble) { open = null; byId('pane').replaceChildren(blank(message.trouble)); return; }
  const row = list.known.find((one) => one.key === key);
  if (row && String(row.feedback) !== String(message.feedback)) { row.feedback = message.feedback; drawRows(); }
  if (open?.key === key && open.root.isConnected) { open.answered(message); return; }
  open = drawMessage(message);
  byId('pane').replaceChildren(open.root);
}

export function noMessage() { list.chosen = null; open = null; marked(); }
export const blank = (text) => h('div', { class: 'blank' }, h('p', {}, text));
const backTo = (tab) => h('a', { class: 'back', href: at(tab) }, icon('back'), tab === 'messages' ? 'Messages' : 'People');

function drawMessage(message) {
  const email = message.channel === 'email';
  const part = (name) => message.parts?.find((one) => one.name === name)?.text;
  const view = h('div', { class: 'view', id: 'view', role: 'tabpanel', tabindex: '0' });
  const views = message.state === 'unrenderable' ? { Problem: () => problem(message) }
    : email ? { ...(message.has_html ? { HTML: () => frame(message, view) } : {}), Text: () => h('pre', { class: 'text' }, message.text ?? '') }
      : { Preview: () => preview(message, part) };
  views.Details = () => details(message);
  const tools = h('span', { class: 'widths' });
  const tabs = h('div', { class: 'views', role: 'tablist', 'aria-label': 'Ways to see it' });
  const choose = (name) => {
    for (const tab of tabs.children) { const on = tab.textContent === name; tab.setAttribute('aria-selected', String(on)); tab.tabIndex = on ? 0 : -1; }
    view.setAttribute('aria-label', name);
    view.className = `view view-${name.toLowerCase()}`;
    tools.hidden = name !== 'HTML';
    view.replaceChildren(views[name]());
    drawReplies(view, message.key);
  };
  for (const name of Object.keys(views)) tabs.append(h('button', { type: 'button', role: 'tab', 'aria-controls': 'view', onclick: () => choose(name) }, name));
  tabs.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step && (tabs.children[[...tabs.children].indexOf(document.activeElement) + step] ?? tabs.children[0]);
    next?.focus();
    next?.click();
  });
  for (const [name, label] of [['desk', 'As wide as the pane'], ['phone', 'As wide as a phone']]) {
    const button = h('button', { type: 'button', class: 'plain square', 'aria-label': label, title: label, 'aria-pressed': String((kept.get('narrow', false) ? 'phone' : 'desk') === name),
      onclick: () => {
        kept.set('narrow', view.classList.toggle('narrow', name === 'phone'));
        for (const other of tools.children) other.setAttribute('aria-pressed', String(other === button));
      } }, icon(name));
    tools.append(button);
  }
  const person = h('a', { href: at('people', message.person) }, message.person);
  const address = message.reads?.['profile.email'];
  const sender = [part('from_name'), part('from') && (part('from_name') ? `<${part('from')}>` : part('from'))].filter(Boolean).join(' ');
  const head = email
    ? h('dl', { class: 'envelope' },
      h('dt', {}, 'From'), h('dd', {}, sender || h('span', { class: 'nothing' }, 'the sender of your mail account')),
      h('dt', {}, 'To'), h('dd', {}, person, address ? ` <${address}>` : null),
      part('preheader') ? [h('dt', {}, 'Preview'), h('dd', {}, part('preheader'))] : null)
    : h('p', { class: 'to' }, 'To ', person, ` by ${message.channel}`);
  const actions = h('div', { class: 'answers', role: 'group', 'aria-label': `What ${message.person} does with it` });
  const root = h('article', { class: 'message' }, backTo('messages'),
    h('header', {}, h('div', { class: 'headline' }, h('h1', {}, titleOf(message)), h('time', { datetime: message.at, title: moment(message.at) }, message.local ?? moment(message.at))), head),
    h('div', { class: 'bar' }, tabs, tools), view, h('footer', {}, actions, origin(message)));
  const answered = (now) => {
    const done = new Set(now.feedback ?? []);
    const held = document.activeElement?.dataset?.what;
    actions.replaceChildren(...(message.state === 'unrenderable' ? [] : [h('span', { class: 'as' }, `As ${message.person}:`),
      ...(ANSWERS[message.channel] ?? ['delivered', 'opened', 'clicked', 'replied', 'unsubscribed']).map((what) => h('button', {
        type: 'button', class: done.has(what) ? 'done' : null, 'data-what': what, title: done.has(what) ? `${what} already` : null,
        onclick: (event) => answer(message, what, event.currentTarget),
      }, done.has(what) ? icon('check') : null, VERBS[what], what === 'replied' || (what === 'clicked' && message.links?.length > 1) ? '…' : null,
      done.has(what) ? h('span', { class: 'read' }, ` (${what})`) : null))]));
    if (held) actions.querySelector(`[data-what=${held}]`)?.focus();
    drawReplies(view, message.key);
  };
  choose(Object.keys(views)[0]);
  answered(message);
  return { key: message.key, root, answered };
}

function origin(message) {
  const why = h('pre', { class: 'why' }, '…');
  const ask = async (event) => {
    if (!event.currentTarget.open || why.dataset.asked) return;
    why.dataset.asked = 'yes';
    const said = await call(`/dev/messages/${encodeURIComponent(message.key)}/why`).catch((trouble) => { delete why.dataset.asked; return { text: trouble.message }; });
    why.textContent = said.text;
  };
  return h('details', { class: 'origin', ontoggle: ask },
    h('summary', {}, h('b', {}, 'Why'), message.line
      ? [h('span', { class: 'place' }, `Sent by ${message.line.file}:${message.line.number}`), h('code', {}, message.line.text.trim())]
      : h('span', { class: 'place' }, `Sent by ${message.journey}`)), why);
}

function frame(message, view) {
  view.classList.toggle('narrow', kept.get('narrow', false));
  return h('iframe', { src: `/dev/messages/${encodeURIComponent(message.key)}/html`, title: `The mail: ${titleOf(message)}`, sandbox: 'allow-popups allow-popups-to-escape-sandbox', referrerpolicy: 'no-referrer' });
}

const problem = (message) => h('div', { class: 'problem', role: 'note' }, icon('warn'),
  h('div', {}, h('h2', {}, 'This message could not be written'), h('p', {}, ticked(message.problem ?? 'Its text does not come out.')),
    h('p', { class: 'soft' }, `Nothing was shown to ${message.person}. With “Send an event” you can try again as soon as the text or the data is mended.`)));

function details(message) {
  const size = Object.entries(message.size ?? {}).map(([what, n]) => what === 'html' ? `${(n / 1024).toFixed(1)} KB of HTML` : `${typeof n === 'number' ? n.toLocaleString('en') : n} ${what}`).join(', ');
  const section = (title, entries) => entries.length ? [h('h2', {}, title), pairs(entries, 'mono')] : null;
  return h('div', { class: 'details' },
    pairs([['Message', message.message], ['Journey', message.journey], ['Category', message.category ?? 'none'], ['Channel', message.channel], ['Time', moment(message.at)],
      ...(size ? [['Size', size]] : []), ['Answered', message.feedback?.join(', ') || 'nothing yet'], ['Id', h('span', { class: 'id' }, message.id ?? '')], ['Key', h('span', { class: 'id' }, message.key)]]),
    section('Values it was given', Object.entries(message.values ?? {})),
    section('What its text reads', Object.entries(message.reads ?? {})),
    section('Parts', (message.parts ?? []).map((one) => [one.name, h('span', { class: 'part' }, one.text)])),
    section('Links', (message.links ?? []).map((link, n) => [`${n + 1}`, h('span', { class: 'part' }, link)])));
}

/** The message about as its person sees it. */
function preview(message, part) {
  const body = message.text ?? part('body') ?? part('text') ?? message.preview ?? '';
  const size = message.size?.segments ? h('p', { class: 'under' }, `${many(message.size.segments, 'segment')} · ${many(message.size.characters ?? body.length, 'character')}`) : null;
  if (message.channel === 'sms' || message.channel === 'mms') {
    return h('div', { class: 'stage' }, h('div', { class: 'handset' }, h('div', { class: 'handset-head' }, h('span', { class: 'face' }, icon('person')), part('from') ?? 'Your sender'),
      h('div', { class: 'thread' }, h('p', { class: 'when' }, message.local ?? moment(message.at)), h('p', { class: 'bubble' }, body))), size);
  }
  if (message.channel === 'push') {
    const [date, time] = dayAndHour(message);
    return h('div', { class: 'stage' }, h('div', { class: 'handset lock' }, h('p', { class: 'lock-date' }, date), h('p', { class: 'lock-time' }, time || hour(message.at)),
      h('div', { class: 'notice' }, h('span', { class: 'app' }, icon('push')),
        h('div', {}, h('p', { class: 'notice-head' }, h('b', {}, part('title') ?? titleOf(message)), h('span', {}, 'now')),
          part('subtitle') ? h('p', {}, part('subtitle')) : null, h('p', {}, part('body') ?? part('text') ?? body)))), size);
  }
  const heading = part('title') ?? part('headline') ?? message.title;
  if (message.channel === 'in_app' || message.channel === 'web') {
    return h('div', { class: 'stage' }, h('div', { class: 'card' }, h('span', { class: 'cross' }, icon('close')),
      heading ? h('h2', {}, heading) : null, part('subtitle') ? h('p', { class: 'soft' }, part('subtitle')) : null,
      message.has_html ? frame(message, h('div')) : h('p', {}, part('body') ?? part('text') ?? body), part('button') ? h('span', { class: 'fake' }, part('button')) : null));
  }
  return h('div', { class: 'details' }, message.parts?.length ? pairs(message.parts.map((one) => [one.name, h('span', { class: 'part' }, one.text)])) : h('pre', { class: 'text' }, body));
}

function drawReplies(view, key) {
  for (const old of view.querySelectorAll('.mine')) old.remove();
  view.querySelector('.thread')?.append(...(replies.get(key) ?? []).map((text) => h('p', { class: 'bubble mine' }, text)));
}

/** Tells the server what the person did, as their mail program or phone would. */
function answer(message, what, button) {
  const tell = async (more) => {
    await call(`/dev/messages/${encodeURIComponent(message.key)}/feedback`, { what, ...more });
    if (more?.text) replies.set(message.key, [...(replies.get(message.key) ?? []), more.text]);
    toast(`${message.person}: ${what}`);
    await showMessage(message.key);
  };
  if (what === 'replied') {
    ask(`${message.person} replies`, h('label', {}, 'Words', h('textarea', { name: 'text', rows: '3', required: true, autofocus: true })), 'Reply', (form) => tell({ text: form.get('text') }));
  } else if (what === 'clicked' && message.links?.length > 1) {
    ask(`Which link does ${message.person} click?`, h('div', { class: 'choices', role: 'radiogroup', 'aria-label': 'Links' }, message.links.map((link, n) =>
      h('label', {}, h('input', { type: 'radio', name: 'link', value: link, checked: n === 0, autofocus: n === 0 }), h('span', {}, link)))), 'Click', (form) => tell({ link: form.get('link') }));
  } else attempt(() => tell(what === 'clicked' && message.links?.length ? { link: message.links[0] } : {}), button);
}

// ---- people
const people = { find: '', chosen: null, drawn: '', person: '' };
const findField = h('input', { type: 'search', id: 'find-people', placeholder: 'Find a person', 'aria-label': 'Find a person', autocomplete: 'off', spellcheck: 'false',
  oninput: () => { clearTimeout(people.timer); people.timer = setTimeout(() => { people.find = findField.value.trim(); attempt(refreshPeople); }, 150); } });
const peopleRows = h('ul', { class: 'rows', role: 'list', 'aria-label': 'People' });
const peopleEnd = h('p', { class: 'none', hidden: true });
const peopleRoot = h('div', { class: 'side' }, h('div', { class: 'filters' }, h('label', { class: 'find' }, icon('search'), findField, h('kbd', {}, '/'))), h('div', { class: 'scroll' }, peopleRows, peopleEnd));

export async function refreshPeople() {
  const find = people.find;
  const page = await call(`/dev/people?find=${encodeURIComponent(find)}`);
  if (find !== people.find) return;
  const now = store.state?.clock.now;
  const text = JSON.stringify([page, now]);
  if (text === people.drawn) return;
  people.drawn = text;
  const focused = document.activeElement?.dataset?.person;
  peopleRows.replaceChildren(...page.people.map((person) => h('li', {}, h('a', { class: 'row person', href: at('people', person.id), 'data-person': person.id },
    h('span', { class: 'face' }, icon('person')), h('span', { class: 'subject' }, person.id), h('span', { class: 'time' }, person.next ? `next ${away(person.next, now)}` : ''),
    h('span', { class: 'meta' }, person.inside.length ? h('span', { class: 'in' }, `in ${person.inside.join(', ')}`) : h('span', {}, 'in no journey'), h('span', {}, many(person.messages, 'message')))))));
  peopleEnd.hidden = page.people.length > 0 && !page.more;
  peopleEnd.textContent = page.more ? 'There are more. Type a part of the id to find one.' : find ? 'Nobody is found by that.' : 'Nobody yet.';
  markedPeople();
  if (focused) peopleRows.querySelector(`[data-person="${CSS.escape(focused)}"]`)?.focus();
}

export async function showPerson(id, send) {
  people.chosen = id;
  markedPeople();
  const pane = byId('pane');
  let person;
  try { person = await call(`/dev/people/${encodeURIComponent(id)}`); } catch (trouble) {
    if (people.chosen === id) { people.person = ''; pane.replaceChildren(blank(trouble.message)); }
    return;
  }
  const now = store.state.clock.now;
  const text = JSON.stringify([person, now]);
  if (people.chosen !== id || (text === people.person && pane.querySelector('.whole'))) return;
  people.person = text;
  const top = pane.querySelector('.whole')?.dataset.id === id ? pane.querySelector('.whole').scrollTop : 0;
  pane.replaceChildren(drawPerson(person, now, send));
  pane.firstChild.scrollTop = top;
}

export function noPerson() { people.chosen = null; people.person = ''; markedPeople(); }
export const firstPerson = () => peopleRows.querySelector('.row')?.dataset.person ?? null;

function drawPerson(person, now, send) {
  const traits = flat(person.traits);
  return h('article', { class: 'whole', 'data-id': person.id },
    backTo('people'),
    h('header', { class: 'headline' }, h('h1', {}, h('span', { class: 'face' }, icon('person')), h('span', {}, person.id)),
      h('div', { class: 'row-of-buttons' }, h('a', { class: 'button', href: at('messages'), onclick: () => filterByPerson(person.id) }, 'Messages'), h('button', { type: 'button', onclick: () => send(person.id) }, 'Send an event'))),
    person.names?.length ? h('p', { class: 'soft names' }, `also known as ${person.names.join(', ')}`) : null,
    person.unsubscribed ? h('p', { class: 'notice-bad' }, icon('warn'), 'Unsubscribed from everything: no marketing goes to them.') : null,
    h('h2', {}, 'In journeys'),
    person.entries?.length ? h('div', { class: 'entries' }, person.entries.map((entry) => h('div', { class: 'entry' },
      h('p', { class: 'entry-head' }, h('b', {}, entry.journey), entry.due ? h('span', { class: 'due', title: moment(entry.due) }, `goes on ${away(entry.due, now)}`) : null),
      entry.line || entry.step ? h('p', { class: 'where' }, entry.line ? h('span', { class: 'place' }, `${entry.line.file}:${entry.line.number}`) : null, h('code', {}, entry.step ?? entry.line.text.trim())) : null,
      h('p', { class: 'soft' }, `since ${moment(entry.since)}${entry.state === 'left' ? '. Its steps are done; its goal still counts.' : entry.control ? '. In the control group: they get none of its messages.' : ''}`)))) : h('p', { class: 'soft' }, 'In none at the moment.'),
    h('div', { class: 'two' },
      h('section', {}, h('h2', {}, 'Traits'), traits.length ? pairs(traits) : h('p', { class: 'soft' }, 'None are known.')),
      h('section', {}, h('h2', {}, 'Consent'), person.consents?.length ? pairs(person.consents.map((consent) => [consent.what, h('span', { class: consent.given ? 'yes' : 'no' }, consent.given ? 'given' : 'refused')])) : h('p', { class: 'soft' }, 'Neither given nor refused.'))),
    h('h2', {}, 'What happened'),
    person.timeline?.length ? h('ol', { class: 'timeline', role: 'list' }, person.timeline.map((one) => h('li', { class: `kind-${one.kind}` },
      h('time', { datetime: one.at, title: moment(one.at) }, one.local ?? moment(one.at)), h('span', { class: 'dot' }), one.key ? h('a', { href: at('messages', one.key) }, one.text) : h('span', {}, one.text)))) : h('p', { class: 'soft' }, 'Nothing yet.'));
}

// ---- both
/** The field that `/` goes to. */
export const searchField = (tab) => (tab === 'people' ? findField : personField);
export const mountLists = (parent) => parent.append(messageRoot, peopleRoot);
export function showList(tab) { messageRoot.hidden = tab !== 'messages'; peopleRoot.hidden = tab !== 'people'; }

export function drawChannels() {
  const channels = [...new Set([...store.state.program.channels, ...list.known.map((message) => message.channel)])];
  if (channelField.dataset.channels === channels.join()) return;
  channelField.dataset.channels = channels.join();
  channelField.replaceChildren(h('option', { value: '' }, 'All channels'), ...channels.map((channel) => h('option', { value: channel }, channel)));
  channelField.value = list.channel;
}
