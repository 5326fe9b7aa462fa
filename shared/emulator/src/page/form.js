// Making a record: its type decides what else can be said of it.
import { act, at, make } from './draw.js';

// What a new record of each type has to hang on.
const PARENTS = { Task: ['Shot', 'Asset'], Version: ['Task'], Note: ['Task'] };
let site = { records: [], asset_types: [], steps: [] };

const typeNow = () => at('make-type').value;
const linkOf = ({ type, id }) => JSON.stringify({ type, id });
const chosen = (id) => JSON.parse(at(id).value || 'null');

function option(value, text) {
  const element = make('option', '', text);
  element.value = value;
  return element;
}

// Fills a menu and keeps what was chosen. A menu that is in use is left alone.
function offer(id, type, options) {
  at(id + '-label').hidden = !type;
  if (!type || document.activeElement === at(id)) return;
  const before = at(id).value;
  at(id).replaceChildren(...options);
  if (options.some(({ value }) => value === before)) at(id).value = before;
}

function links(records, none) {
  const named = ({ type, name }) => (none ? name : type + ' ' + name);
  const options = records.map((record) => option(linkOf(record), named(record)));
  return none ? [option('', none), ...options] : options;
}

// The tasks beside a new one, to tick those that come before it.
function offerUpstream() {
  const parent = typeNow() === 'Task' ? at('make-parent').value : '';
  const beside = ({ type, of }) => type === 'Task' && of && linkOf(of) === parent;
  const tasks = site.records.filter(beside);
  const ticked = new Set(upstream().map(linkOf));
  at('make-upstream').hidden = !tasks.length;
  at('make-upstream-tasks').replaceChildren(...tasks.map((task) => {
    const label = make('label');
    const box = make('input');
    box.type = 'checkbox';
    box.value = linkOf(task);
    box.checked = ticked.has(box.value);
    label.append(box, ' ' + task.name);
    return label;
  }));
}

function upstream() {
  const boxes = at('make-upstream-tasks').querySelectorAll('input:checked');
  return [...boxes].map((box) => JSON.parse(box.value));
}

function offerAll() {
  const of = (...kinds) => site.records.filter(({ type }) => kinds.includes(type));
  const parents = PARENTS[typeNow()];
  const fitting = parents ? of(...parents) : [];
  offer('make-sequence', typeNow() === 'Shot', links(of('Sequence'), 'no sequence'));
  const types = site.asset_types.map((word) => option(word, word));
  offer('make-asset-type', typeNow() === 'Asset', [option('', 'no type'), ...types]);
  offer('make-parent', parents, links(fitting));
  offer('make-step', typeNow() === 'Task' && site.steps.length, links(site.steps, 'no step'));
  const missing = parents && !fitting.length;
  at('make-missing').textContent = missing ? 'Make a ' + parents[0].toLowerCase() + ' first.' : '';
  at('make-button').disabled = Boolean(missing);
  if (!at('make-upstream').contains(document.activeElement)) offerUpstream();
}

export function offerFrom(state) {
  site = state;
  offerAll();
}

async function create(event) {
  event.preventDefault();
  const wanted = { type: typeNow(), name: at('make-name').value };
  if (wanted.type === 'Shot') wanted.sequence = chosen('make-sequence');
  if (wanted.type === 'Asset') wanted.asset_type = at('make-asset-type').value || null;
  if (PARENTS[wanted.type]) wanted.parent = chosen('make-parent');
  if (wanted.type === 'Task') {
    wanted.step = chosen('make-step');
    wanted.upstream = upstream();
  }
  if (!(await act('record', wanted))) return;
  at('make-name').value = '';
  for (const box of at('make-upstream-tasks').querySelectorAll('input')) box.checked = false;
  at('make-name').focus();
}

at('make-type').addEventListener('change', offerAll);
at('make-parent').addEventListener('change', offerUpstream);
at('make').addEventListener('submit', create);
