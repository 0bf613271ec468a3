// The properties panel: plain HTML that the server rendered. A part with data-for="bpmn:UserTask" shows for elements of that
// type, one with data-for="loop" for what has a loop (PARTS); a control with data-at="address" holds the value at that address of
// the selected element (see access.js). With nothing selected it shows the process itself.
import { is } from 'bpmn-js/lib/util/ModelUtil';

import { read, write } from './access.js';
import { CHOICES } from './choices.js';
import { goTo } from './findings.js';
import { PARTS } from './holders.js';
import { fillOutcomes, startOutcomes } from './outcomes.js';
import { startTree } from './tree.js';

const applies = (part, element) =>
  part.dataset.for.split(' ').some((word) => (word in PARTS ? Boolean(PARTS[word](element)) : is(element, word)));

// What can be chosen now stands between the page's own first and last options.
function offer(control, element) {
  const { options } = CHOICES[control.dataset.at] ?? {};
  if (!options) return;
  control.querySelectorAll('[data-offered]').forEach((option) => option.remove());
  for (const [key, text] of options(element)) {
    const option = new Option(text, key);
    option.dataset.offered = '';
    control.insertBefore(option, control.querySelector('option[value="+"]'));
  }
}

export function startPanel(panel, modeler) {
  const chooser = panel.querySelector('[data-choose-task]');
  const controls = [...panel.querySelectorAll('[data-at]')];
  const parts = [...panel.querySelectorAll('[data-for]')];
  const empty = panel.querySelector('[data-nothing-selected]');
  const refused = panel.querySelector('[data-refused-id]');
  let selected = null;
  let ours = false;
  const tree = startTree(panel.querySelector('[data-tree]'), modeler, () => selected);

  // A change that comes from the panel must not fill it again: that would take the keyboard from whoever types in it.
  function change(act) {
    ours = true;
    try {
      return act();
    } finally {
      ours = false;
    }
  }

  function show(element) {
    const chosen = element && element.type !== 'label' && element.businessObject ? element : null;
    selected = chosen ?? modeler.get('canvas').getRootElement();
    for (const part of parts) part.hidden = !applies(part, selected);
    empty.hidden = Boolean(chosen);
    refused.hidden = true;
    for (const control of controls) {
      if (control.closest('[hidden]')) continue;
      offer(control, selected);
      control.value = read(selected, control.dataset.at);
    }
    fillOutcomes(panel, selected);
    tree.show();
    chooser.value = is(selected, 'bpmn:UserTask') ? selected.id : '';
  }

  // A choice may bring other fields with it: then the panel is filled again, and the keyboard stays where it was.
  function put(control) {
    const whole = control.dataset.at in CHOICES;
    const taken = change(() => write(modeler, selected, control.dataset.at, control.value));
    if (whole) {
      show(selected);
      control.focus();
    } else {
      tree.show();
    }
    if (control.dataset.at === 'id') refused.hidden = taken;
  }

  panel.addEventListener('submit', (event) => event.preventDefault());
  panel.addEventListener('change', ({ target }) => {
    if (selected && target.dataset.at) put(target);
  });
  startOutcomes(panel, modeler, () => selected, change);

  modeler.on('selection.changed', ({ newSelection }) => show(newSelection.length === 1 ? newSelection[0] : null));
  modeler.on('commandStack.changed', () => {
    listTasks(chooser, modeler);
    if (!ours) show(isThere(modeler, selected) ? selected : null);
  });
  chooser.addEventListener('change', () => chooser.value && goTo(modeler, chooser.value));
  listTasks(chooser, modeler);
  show(null);
}

const isThere = (modeler, element) =>
  element !== modeler.get('canvas').getRootElement() && modeler.get('elementRegistry').get(element.id) === element;

// Choosing from a list reaches every task without a mouse.
function listTasks(chooser, modeler) {
  const present = chooser.value;
  chooser.querySelectorAll('option[value]:not([value=""])').forEach((option) => option.remove());
  modeler.get('elementRegistry').filter((element) => is(element, 'bpmn:UserTask') && element.type !== 'label')
    .forEach(({ id, businessObject }) => chooser.add(new Option(`${businessObject.name ?? ''} (${id})`, id)));
  chooser.value = present;
}
