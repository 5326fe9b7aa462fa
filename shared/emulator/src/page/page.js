'use strict';
// Everything from the site goes through textContent: a shot may be named <script>.

const at = (id) => document.getElementById(id);

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined && text !== null) element.textContent = text;
  return element;
}

async function act(path, body) {
  at('message').textContent = '';
  try {
    const answer = await fetch('/emulator/api/' + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.ok) return true;
    const said = await answer.json().catch(() => null);
    at('message').textContent = said?.errors?.[0]?.detail ?? 'refused: ' + answer.status;
  } catch {
    at('message').textContent = 'the emulator does not answer';
  }
  return false;
}

// Keeps a row that did not change, so that an open menu stays open.
const drawn = new Map();

function draw(parent, items, keyOf, elementOf) {
  const known = drawn.get(parent) ?? new Map();
  const now = new Map();
  for (const item of items) {
    const text = JSON.stringify(item);
    const before = known.get(keyOf(item));
    now.set(keyOf(item), before?.text === text ? before : { text, element: elementOf(item) });
  }
  for (const [key, { element }] of known) {
    if (now.get(key)?.element !== element) element.remove();
  }
  let place = parent.firstChild;
  for (const { element } of now.values()) {
    if (element === place) place = place.nextSibling;
    else parent.insertBefore(element, place);
  }
  drawn.set(parent, now);
}

function statusCell(record, codes) {
  const cell = make('td');
  if (!codes) return cell;
  const select = make('select');
  select.setAttribute('aria-label', 'Status of ' + record.name);
  for (const code of codes) {
    const option = make('option', '', code);
    option.selected = code === record.status;
    select.append(option);
  }
  if (record.status === null) select.selectedIndex = -1;
  select.addEventListener('change', async () => {
    const wanted = { type: record.type, id: record.id, status: select.value };
    if (!(await act('status', wanted))) select.value = record.status;
  });
  cell.append(select);
  return cell;
}

function recordRow(record, statuses) {
  const row = make('tr');
  for (const text of [record.type, record.id, record.name, record.parent]) {
    row.append(make('td', '', text));
  }
  row.append(statusCell(record, statuses[record.type]));
  return row;
}

function outcomeOf(delivery) {
  if (delivery.acknowledgement) {
    const word = delivery.acknowledgement.split(/\s/, 1)[0];
    return ['done', 'skipped', 'failed'].includes(word) ? [word, word] : ['acknowledged', ''];
  }
  if (delivery.status === 'failed') return ['not taken', 'failed'];
  return [delivery.status === 'pending' ? 'on its way' : 'no report yet', ''];
}

function shortly(value) {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'object') return value.name ?? value.type ?? JSON.stringify(value);
  return String(value);
}

function whatHappened(delivery) {
  const parts = [delivery.event_type];
  if (delivery.entity) parts.push(delivery.entity + (delivery.name ? ' ' + delivery.name : ''));
  if (delivery.attribute_name) {
    const values = shortly(delivery.old_value) + ' → ' + shortly(delivery.new_value);
    parts.push(delivery.attribute_name + ': ' + values);
  }
  return parts.join(' · ');
}

function deliveryItem(delivery) {
  const item = make('li');
  const line = make('div', 'line');
  const [word, kind] = outcomeOf(delivery);
  line.append(make('span', 'outcome ' + kind, word));
  line.append(make('span', 'what', whatHappened(delivery)));
  const again = make('button', '', 'Redeliver');
  again.type = 'button';
  again.addEventListener('click', () => act('redeliver', { id: delivery.id }));
  line.append(again);
  item.append(line);
  const answer = delivery.response_code === 0 ? 'no answer' : 'answer ' + delivery.response_code;
  const sent = delivery.attempts > 1 ? ' · sent ' + delivery.attempts + ' times' : '';
  const facts = delivery.status === 'pending' ? 'waiting' :
    answer + ' in ' + delivery.process_time_ms + ' ms' + sent;
  item.append(make('div', 'quiet', delivery.time + ' · ' + facts + ' · ' + delivery.id));
  if (delivery.acknowledgement) item.append(make('pre', '', delivery.acknowledgement));
  return item;
}

function hookItem(hook) {
  const item = make('span');
  const batched = hook.batch_deliveries ? ', batched' : '';
  item.append(make('span', '', (hook.name || 'hook') + ' → ' + hook.url + ' (' + hook.status + batched + ') '));
  const test = make('button', '', 'Test connection');
  test.type = 'button';
  test.addEventListener('click', () => act('test', { id: hook.id }));
  item.append(test);
  return item;
}

// What a new record of each type has to hang on.
const PARENTS = { Task: ['Shot', 'Asset'], Version: ['Task'], Note: ['Task'] };
let records = [];

function offerParents() {
  const kinds = PARENTS[at('make-type').value];
  at('make-parent-label').hidden = !kinds;
  const fitting = kinds ? records.filter((record) => kinds.includes(record.type)) : [];
  const before = at('make-parent').value;
  at('make-parent').replaceChildren(...fitting.map((record) => {
    const option = make('option', '', record.type + ' ' + record.name);
    option.value = JSON.stringify({ type: record.type, id: record.id });
    return option;
  }));
  if (fitting.length && before) at('make-parent').value = before;
}

function show(state) {
  records = state.records;
  const key = (record) => record.type + record.id;
  draw(at('records'), records, key, (record) => recordRow(record, state.statuses));
  draw(at('deliveries'), state.deliveries, (delivery) => delivery.id, deliveryItem);
  draw(at('hooks'), state.hooks, (hook) => hook.id, hookItem);
  at('none').hidden = state.deliveries.length > 0;
  at('count').textContent = state.deliveries.length ? '(' + state.deliveries.length + ')' : '';
  if (document.activeElement !== at('make-parent')) offerParents();
}

async function follow() {
  let version = '';
  for (;;) {
    try {
      const answer = await fetch('/emulator/api/state?after=' + version);
      const state = await answer.json();
      version = state.version;
      show(state);
    } catch {
      at('message').textContent = 'the emulator does not answer';
      version = '';
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

at('make-type').addEventListener('change', offerParents);
at('make').addEventListener('submit', async (event) => {
  event.preventDefault();
  const wanted = { type: at('make-type').value, name: at('make-name').value };
  if (PARENTS[wanted.type]) wanted.parent = JSON.parse(at('make-parent').value || 'null');
  if (await act('record', wanted)) at('make-name').value = '';
});
follow();
