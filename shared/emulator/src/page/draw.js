// Building elements, and lists that are drawn again at every change.
// Everything from the site goes through textContent: a shot may be named <script>.

export const at = (id) => document.getElementById(id);

export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined && text !== null) element.textContent = text;
  return element;
}

export async function act(path, body) {
  say('');
  try {
    const answer = await fetch('/emulator/api/' + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.ok) return true;
    const said = await answer.json().catch(() => null);
    say(said?.errors?.[0]?.detail ?? 'refused: ' + answer.status);
  } catch {
    say('the emulator does not answer');
  }
  return false;
}

export function say(text) {
  at('message').textContent = text;
}

// Keeps an element whose item did not change, so that an open menu stays open, and puts the
// focus back where an element is replaced, so that the keyboard stays where it was.
const drawn = new Map();

export function draw(parent, items, keyOf, elementOf) {
  const known = drawn.get(parent) ?? new Map();
  const now = new Map();
  const focused = document.activeElement;
  for (const item of items) {
    const text = JSON.stringify(item);
    const before = known.get(keyOf(item));
    now.set(keyOf(item), before?.text === text ? before : { text, element: elementOf(item) });
  }
  for (const [key, { element }] of known) {
    const next = now.get(key)?.element;
    if (next === element) continue;
    if (next && element.contains(focused)) {
      element.replaceWith(next);
      next.querySelector(focused.tagName)?.focus();
    } else element.remove();
  }
  let place = parent.firstChild;
  for (const { element } of now.values()) {
    if (element === place) place = place.nextSibling;
    else parent.insertBefore(element, place);
  }
  drawn.set(parent, now);
}
