// The records, the hooks and their deliveries, as the emulator tells them.
import { act, at, draw, make, say } from './draw.js';
import { offerFrom } from './form.js';

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
  const name = make('td', 'name', record.name);
  if (record.more) name.append(make('span', 'quiet more', record.more));
  row.append(make('td', '', record.type), make('td', 'id', record.id), name);
  row.append(make('td', 'parent', record.parent));
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
    const values = shortly(delivery.old_value) + '\u00a0→\u00a0' + shortly(delivery.new_value);
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

function show(state) {
  const key = (record) => record.type + record.id;
  draw(at('records'), state.records, key, (record) => recordRow(record, state.statuses));
  draw(at('deliveries'), state.deliveries, (delivery) => delivery.id, deliveryItem);
  draw(at('hooks'), state.hooks, (hook) => hook.id, hookItem);
  at('no-hooks').hidden = state.hooks.length > 0;
  at('none').hidden = state.deliveries.length > 0 || !state.hooks.length;
  at('count').textContent = state.deliveries.length ? '(' + state.deliveries.length + ')' : '';
  at('no-records').hidden = state.records.length > 0;
  offerFrom(state);
}

async function follow() {
  let version = '';
  let away = false;
  for (;;) {
    try {
      const answer = await fetch('/emulator/api/state?after=' + version);
      const state = await answer.json();
      version = state.version;
      show(state);
      if (away) say('');
      away = false;
    } catch {
      say('the emulator does not answer');
      away = true;
      version = '';
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

follow();
