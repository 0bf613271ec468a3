// Autosave: <form data-autosave="/address"> sends its fields (files excepted) a moment after each change. The answer's status counts, and its
// header X-Revision. The element [data-autosave-status] in the form carries the three texts to show as data attributes. An answer with a body holds
// the parts of the page ([data-part]) that the save has changed, in [data-autosave-say] what to show instead of “saved”, and in
// [data-field-error="name"] what is wrong at a field, which then has it as data-wrong until another thing stands there. Where nothing
// could be sent, the status says why (see connection.js), and it is sent as soon as that is over.
import { CAUSES, ask, causeOf, keepLooking, reach, tell } from './connection.js';

const PAUSE = 1200; // milliseconds of quiet before a save

// Where a form says how it stands: in itself, or where the page has one place for all its forms.
const statusOf = (form) => form.querySelector('[data-autosave-status]') ?? document.querySelector('.workbar [data-autosave-status]');

function say(form, state, text) {
  const status = statusOf(form);
  if (!status) return;
  status.hidden = false;
  status.textContent = text || (status.dataset[state] ?? '');
}

const wordsAt = (field) => document.getElementById(`${field.id}-error`);

// Says at the field what is wrong with what stands there.
function mark(field, text) {
  wordsAt(field)?.remove();
  const said = Object.assign(document.createElement('div'), { className: 'field-error', id: `${field.id}-error`, textContent: text });
  field.before(said);
  field.closest('.row-figure')?.after(said);
  field.dataset.wrong = field.value;
  field.setAttribute('aria-invalid', 'true');
  field.setAttribute('aria-describedby', said.id);
}

function unmark(field) {
  wordsAt(field)?.remove();
  delete field.dataset.wrong;
  field.removeAttribute('aria-invalid');
  if (field.getAttribute('aria-describedby') === `${field.id}-error`) field.removeAttribute('aria-describedby');
}

// What was refused has not been stored: where its row is drawn anew it must come along, and what was said of it.
export function bring(old, fresh) {
  for (const field of old.querySelectorAll('[data-wrong]')) {
    const same = [...fresh.querySelectorAll('[name]')].find((one) => one.name === field.name);
    if (!same || field.value !== field.dataset.wrong || same.matches('[aria-invalid]')) continue;
    same.value = field.value;
    mark(same, wordsAt(field)?.textContent ?? '');
  }
}

// Brings the parts of the page and the marks of the form's fields up to date and returns what the answer says.
function takeIn(html, form) {
  const answer = new DOMParser().parseFromString(html, 'text/html');
  const there = new Map([...document.querySelectorAll('[data-part]')].map((part) => [part.dataset.part, part]));
  answer.querySelectorAll('[data-part]').forEach((part) => there.get(part.dataset.part)?.replaceChildren(...part.childNodes));
  for (const field of form.querySelectorAll('[aria-invalid]')) {
    if (field.value !== (field.dataset.wrong ?? field.defaultValue)) unmark(field);
  }
  for (const one of answer.querySelectorAll('[data-field-error]')) {
    const field = form.elements[one.dataset.fieldError];
    if (field?.matches) mark(field, one.textContent);
  }
  return answer.querySelector('[data-autosave-say]')?.textContent;
}

async function save(form, token, leaving) {
  const fields = new FormData(form);
  for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
  fields.delete('csrf_token'); // the header has that of the session of now
  say(form, 'saving');
  const answer = await ask(form.dataset.autosave, {
    method: 'POST',
    body: fields,
    headers: { 'X-CSRFToken': token(), 'X-Autosave': '1' },
    keepalive: leaving,
  });
  const cause = causeOf(answer);
  if (CAUSES.includes(cause)) {
    tell(statusOf(form), cause);
    return false;
  }
  // What was saved has a new revision: the next save starts from that one.
  const revision = answer.ok && answer.headers.get('X-Revision');
  const field = form.querySelector('[name$="revision"]');
  if (revision && field) field.value = revision;
  say(form, answer.ok ? 'saved' : 'failed', [200, 422].includes(answer.status) ? takeIn(await answer.text(), form) : '');
  return true;
}

class Draft {
  constructor(form, token) {
    Object.assign(this, { form, token, timer: null, saving: 0, running: Promise.resolve() });
  }

  note() {
    this.form.dataset.pending = 'yes';
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), PAUSE);
  }

  // One after another: an older draft must not overtake a newer one.
  flush(leaving = false) {
    if (this.timer === null) return;
    this.drop();
    this.saving += 1;
    this.running = this.running.then(() => save(this.form, this.token, leaving)).then((arrived) => {
      if (!arrived && !leaving) this.later();
    }).finally(() => {
      this.saving -= 1;
      if (!this.saving && this.timer === null) delete this.form.dataset.pending;
    });
  }

  // Send it once the server can be reached again.
  later() {
    this.stopLooking?.();
    this.stopLooking = keepLooking(async () => {
      const cause = await reach();
      if (cause !== 'ok') {
        tell(statusOf(this.form), cause);
        return false;
      }
      this.timer ??= 0;
      this.flush();
      return true;
    });
  }

  drop() {
    clearTimeout(this.timer);
    this.timer = null;
  }
}

const drafts = new Map();

// Saves at once what waits for its moment; fulfilled when all of it has been answered.
export function settled() {
  drafts.forEach((draft) => draft.flush());
  return Promise.all([...drafts.values()].map((draft) => draft.running));
}

// Forms may come and go while the page stands, and a field may lie outside its form.
export function startAutosave(token) {
  document.addEventListener('input', (event) => {
    const { form, type } = event.target;
    if (type === 'file' || !form?.matches('form[data-autosave]')) return;
    if (!drafts.has(form)) drafts.set(form, new Draft(form, token));
    drafts.get(form).note();
  });
  // A form that is sent waits for saves on their way: its own would put it in conflict with itself, and what stands in the
  // others would be missing from the page that follows.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method === 'dialog') return;
    const known = [...drafts.values()];
    for (const draft of known) draft.form === form ? draft.drop() : draft.flush();
    const underway = known.filter((draft) => draft.saving);
    if (!underway.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    Promise.all(underway.map((draft) => draft.running)).then(() => form.requestSubmit(event.submitter));
  }, true);
  window.addEventListener('pagehide', () => drafts.forEach((draft) => draft.flush(true)));
}
