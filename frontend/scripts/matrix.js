// The table of criteria: a row's act swaps that row, the open criterion and the counts, nothing else, so that one's place is kept. Everything is an
// ordinary link, button or form besides; single keys press them.
import { bring, settled } from './autosave.js';
import { keepTyped } from './connection.js';
import { questionFor, showRefused, startUploads } from './uploads.js';

const table = () => document.querySelector('[data-matrix]');
let token;
let running = Promise.resolve();
let waiting = 0;
let leaving;
const asked = [];

// The rows that the answer must bring anew: the open one, and that which is acted on.
function rowsAround(element) {
  const open = table().querySelector('.is-selected')?.closest('[data-row]');
  return [...new Set([open, element?.closest?.('[data-row]')].filter(Boolean).map((row) => row.dataset.row))].join(',');
}

// What somebody is typing in stays as it is until it has been saved.
function inUse(part) {
  const focused = document.activeElement;
  return part.querySelector('form[data-pending]') || (part.contains(focused) && focused.matches('textarea, input:not([type=radio]):not([type=file])'));
}

// Below this width the pane stands under the whole table, not beside it.
const stacked = () => matchMedia('(max-width: 68.74em)').matches;

// Where the open row is read: in the pane, to which one must be led where it is not in sight, or in its editor.
function leadTo(row) {
  const editor = row.querySelector('.criterion-editor');
  if (stacked() && !editor) {
    const pane = document.getElementById('pane');
    pane.scrollIntoView({ block: 'start' });
    pane.focus({ preventScroll: true });
    return;
  }
  const room = Math.min(row.closest('.matrix-region').clientHeight, window.innerHeight);
  row.scrollIntoView({ block: row.offsetHeight > room ? 'start' : 'nearest' });
  const wrong = editor?.querySelector('[aria-invalid]');
  (wrong ?? editor?.querySelector(':is(input:not([type=hidden]), textarea)') ?? row.querySelector('th a')).focus({ preventScroll: !wrong });
}

function swap(answer, { quiet, stay }) {
  const place = answer.querySelector('[data-address]');
  if (!place) return false;
  const region = table().querySelector('.matrix-region');
  const top = region?.scrollTop;
  const there = new Map([...document.querySelectorAll('[data-part]')].map((part) => [part.dataset.part, part]));
  for (const part of answer.querySelectorAll('[data-part]')) {
    const old = there.get(part.dataset.part);
    const kept = quiet && old && (old.matches('.pane, :has(.is-selected)') || inUse(old));
    if (!old || kept || part.parentElement.closest('[data-part]')) continue;
    if (part.matches('[data-row]')) bring(old, part);
    if (old.role === 'status') old.replaceChildren(...part.childNodes); // so that it is read aloud
    else old.replaceWith(part);
  }
  if (region) region.scrollTop = top;
  showRefused();
  if (quiet) return true;
  history.replaceState(null, '', place.dataset.address);
  const row = place.dataset.chosen && document.getElementById(`criterion-${place.dataset.chosen}`);
  if (row && stay) row.querySelector('th a').focus({ preventScroll: true });
  else if (row) leadTo(row);
  return true;
}

// The address of the first page that was led to; the questions about further files are asked after its own.
function together([first, ...others]) {
  if (!first) return undefined;
  const address = new URL(first);
  const isQuestion = (url) => url.pathname.includes('/cung-tep/');
  if (isQuestion(address)) {
    for (const other of others.map((one) => new URL(one)).filter(isQuestion)) {
      address.searchParams.append('then', `${other.pathname.split('/').pop()} ${other.searchParams.get('name')}`);
    }
  }
  return address.href;
}

// Fetches and swaps, one after another: a key that is held down must not overtake itself.
// An answer that is another page, such as a question, is gone to when all that was begun has been sent.
// `quiet`: what is open stays open; `stay`: nobody is led to the row; `refused`: told the sentence of an answer that takes nothing.
function go(address, options, element, how = {}) {
  waiting += 1;
  running = running.then(async () => {
    await settled();
    if (!how.quiet) await keepTyped(document.getElementById('pane'));
    const sent = await fetch(address.split('#')[0], {
      ...options,
      headers: { 'X-Rows': rowsAround(element), 'X-CSRFToken': token() },
      redirect: 'follow',
    });
    const answer = new DOMParser().parseFromString(await sent.text(), 'text/html');
    if (!sent.ok && how.refused) {
      how.refused(answer.querySelector('[data-refusal]')?.textContent.trim());
      return;
    }
    if (!swap(answer, how)) {
      if (sent.redirected) asked.push(sent.url);
      else leaving ??= location.href;
      return;
    }
    const status = options.method && sent.ok && document.querySelector('.workbar [data-autosave-status]');
    if (status) {
      status.hidden = false;
      status.textContent = answer.querySelector('[data-say]')?.textContent ?? status.dataset.saved;
    }
  }).catch(() => {
    if (how.refused) how.refused();
    else leaving ??= options.method ? location.href : address;
  }).finally(() => {
    waiting -= 1;
    if (waiting) return;
    leaving = questionFor(together(asked.splice(0))) ?? leaving;
    if (!leaving) return;
    if (leaving === location.href) location.reload();
    else location.assign(leaving);
  });
  return running;
}

function onClick(event) {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest('a[data-go]');
  if (link) {
    event.preventDefault();
    go(link.href, {}, link);
  }
}

function onSubmit(event) {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || !table()) return;
  const act = submitter?.dataset.act;
  if (!act && !form.matches('[data-editor], .row-form, [data-row-upload]')) return;
  event.preventDefault();
  const body = new FormData(form, submitter);
  go(submitter?.formAction && submitter.hasAttribute('formaction') ? submitter.formAction : form.action, { method: 'POST', body }, submitter ?? form);
}

function typing(target) {
  return target.isContentEditable || target.closest('input:not([type=radio]):not([type=checkbox]), textarea, select, dialog[open]');
}

// The file after the one that is shown, then the first again.
function nextFile() {
  const tabs = [...document.querySelectorAll('.file-tabs a')];
  return tabs[(tabs.findIndex((one) => one.ariaCurrent) + 1) % tabs.length];
}

// The window about the keys; what it switches leads back to the row that is open now.
function showKeys() {
  const help = document.getElementById('keys-help');
  if (!help) return;
  help.querySelector('[name=row]').value = table().querySelector('.is-selected')?.closest('[data-row]').dataset.row ?? '';
  help.showModal();
}

// The keys and what they press: in the open row first, else in the pane.
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === 'Escape') {
    document.querySelector('.criterion-editor [data-close]')?.click();
    return;
  }
  if (table().dataset.keys === 'off' || typing(event.target)) return;
  const key = event.key.toUpperCase();
  const open = table().querySelector('.is-selected')?.closest('[data-row]');
  const press = {
    J: () => document.querySelector('[data-key="J"]') ?? (open ? null : table().querySelector('[data-row] th a')),
    K: () => document.querySelector('[data-key="K"]'),
    A: () => open?.querySelector('[data-act="dong-y"]') ?? document.querySelector('#pane [data-act="dong-y"]'),
    D: () => open?.querySelector('[data-key="D"]'),
    E: nextFile,
    '?': showKeys,
  }[key];
  const found = press?.();
  if (press) event.preventDefault();
  found?.click();
}

// The address of an open row leads to the pane under the table, also where a browser remembers another place, or the typeface comes late.
function leadToPane() {
  history.scrollRestoration = 'manual';
  window.addEventListener('load', async () => {
    await document.fonts.ready;
    document.getElementById('pane').scrollIntoView({ block: 'start' });
  });
}

export function startMatrix(csrfToken) {
  if (!table()) return;
  token = csrfToken;
  document.documentElement.classList.add('has-script');
  const open = table().querySelector('.is-selected')?.closest('[data-row]');
  if (open && !stacked()) open.scrollIntoView({ block: 'nearest' });
  else if (open && ['', '#pane'].includes(location.hash)) leadToPane();
  document.addEventListener('click', onClick);
  document.addEventListener('submit', onSubmit);
  startUploads(table, go);
  document.addEventListener('keydown', onKey);
  document.querySelectorAll('[data-keys-help]').forEach((button) => button.addEventListener('click', showKeys));
}
