// Files for the rows of the table of criteria: chosen at a row, or dropped on it. Each is sent by itself: together they may be more than one request takes.
// What is said of a file that was not taken stands under its row, whatever is swapped there, until files are chosen for the row again.
let table;
let send;
const refused = new Map(); // the row or paper → what was said of its files
let question; // where it is asked about files that the dossier has, if they came together with refused ones
let unread; // the row or paper of a refusal since all that was sent had last been answered

// A page without TLS has no crypto.randomUUID.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((one) => one.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const formAt = (place) => [...document.querySelectorAll('[data-row-upload]')].find((one) => one.dataset.rowUpload === place);

function element(tag, text, attributes = {}) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.textContent = text;
  return made;
}

function saidUnder(row, place) {
  const said = element('div', '', { className: 'field-error', role: 'alert' });
  said.append(...refused.get(place).map((one) => element('p', one)));
  if (question?.place === place) said.append(element('a', table().dataset.sameFiles, { href: question.address }));
  const cell = element('td', '', { colSpan: row.cells.length });
  cell.append(said);
  const under = element('tr', '', { className: 'upload-said' });
  under.append(cell);
  return under;
}

// Puts what was said under the rows that have it, wherever it does not stand already.
export function showRefused() {
  const standing = new Set();
  for (const place of refused.keys()) {
    const row = formAt(place)?.closest('tr');
    if (!row) continue;
    const under = saidUnder(row, place);
    if (row.nextElementSibling?.matches('.upload-said') && row.nextElementSibling.textContent === under.textContent) {
      standing.add(row.nextElementSibling);
      continue;
    }
    row.after(under);
    standing.add(under);
  }
  document.querySelectorAll('.upload-said').forEach((one) => standing.has(one) || one.remove());
}

// Where it is to be asked about files that the dossier has; nowhere yet, but a link, where a refusal beside them must be read first.
export function questionFor(address) {
  const place = unread;
  unread = undefined;
  if (!place || !address) return address;
  question = { place, address };
  showRefused();
  return undefined;
}

async function sendFiles(form, files) {
  const place = form.dataset.rowUpload;
  const input = form.querySelector('input[type=file]');
  refused.delete(place);
  if (question?.place === place) question = undefined;
  showRefused();
  let taken = 0;
  await Promise.all([...files].map((file) => {
    const body = new FormData(form);
    body.set(input.name, file);
    body.set(input.name.replace(/file$/, 'command_id'), uuid());
    taken += 1;
    return send(form.action, { method: 'POST', body }, form, {
      quiet: true,
      refused: (sentence) => {
        taken -= 1;
        unread = place;
        refused.set(place, [...(refused.get(place) ?? []), `${file.name}: ${sentence || table().dataset.notSent}`]);
        showRefused();
        formAt(place)?.closest('tr').nextElementSibling?.scrollIntoView({ block: 'nearest' });
      },
    });
  }));
  input.value = '';
  const open = taken && formAt(place)?.closest('[data-row]:has(.is-selected)')?.querySelector('th a');
  if (open) send(open.href, {}, open, { stay: true });
}

// Where files are dropped: a row or paper takes them itself, the pane for its row.
function formUnder(target) {
  const open = () => table().querySelector('[data-row]:has(.is-selected) [data-row-upload]');
  return target.closest('[data-row], #papers tr')?.querySelector('[data-row-upload]') ?? (target.closest('#pane') && open());
}

function onDrag(event) {
  if (!event.dataTransfer?.types.includes('Files')) return;
  document.querySelectorAll('.is-over').forEach((one) => one.classList.remove('is-over'));
  const own = event.target.closest?.('input[type=file]');
  if (own && !own.closest('[data-row-upload]')) return; // a field takes what is dropped on it
  event.preventDefault(); // else the browser leaves the page for the file
  const form = formUnder(event.target);
  if (event.type === 'drop') {
    const field = event.target.closest('#pane')?.querySelector('input[type=file]');
    if (form) sendFiles(form, event.dataTransfer.files);
    else if (field) field.files = event.dataTransfer.files;
  } else {
    event.dataTransfer.dropEffect = form || event.target.closest('#pane') ? 'copy' : 'none';
    if (event.type === 'dragover') form?.closest('tr').classList.add('is-over');
  }
}

function onChange(event) {
  const form = event.target.closest('[data-row-upload]');
  if (form && event.target.type === 'file') sendFiles(form, event.target.files);
}

// `go` sends and swaps, as the table does with all its acts.
export function startUploads(theTable, go) {
  table = theTable;
  send = go;
  document.addEventListener('change', onChange);
  ['dragover', 'dragleave', 'drop'].forEach((name) => document.addEventListener(name, onDrag));
}
