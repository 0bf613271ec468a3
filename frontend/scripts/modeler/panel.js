// The properties panel: plain HTML that the server rendered. A part with data-for="bpmn:UserTask" shows for elements of that
// type; a control with data-at="address" holds the value at that address of the selected element (see access.js).
import { is } from 'bpmn-js/lib/util/ModelUtil';

import { hasTimer, read, write } from './access.js';
import { goTo } from './findings.js';
import { fillOutcomes, startOutcomes } from './outcomes.js';

const applies = (part, element) =>
  part.dataset.for === 'timer' ? hasTimer(element) : part.dataset.for.split(' ').some((type) => is(element, type));

export function startPanel(panel, modeler) {
  const chooser = panel.querySelector('[data-choose-task]');
  const controls = [...panel.querySelectorAll('[data-at]')];
  const parts = [...panel.querySelectorAll('[data-for]')];
  const empty = panel.querySelector('[data-nothing-selected]');
  let selected = null;
  let ours = false;

  // A change that comes from the panel must not fill it again: that would take the keyboard from whoever types in it.
  function change(act) {
    ours = true;
    try {
      act();
    } finally {
      ours = false;
    }
  }

  function show(element) {
    selected = element && element.type !== 'label' && element.businessObject ? element : null;
    for (const part of parts) part.hidden = !selected || !applies(part, selected);
    empty.hidden = parts.some((part) => !part.hidden);
    if (!selected) return;
    for (const control of controls) {
      if (!control.closest('[hidden]')) control.value = read(selected, control.dataset.at);
    }
    fillOutcomes(panel, selected);
    chooser.value = is(selected, 'bpmn:UserTask') ? selected.id : '';
  }

  panel.addEventListener('submit', (event) => event.preventDefault());
  panel.addEventListener('change', ({ target }) => {
    if (selected && target.dataset.at) change(() => write(modeler, selected, target.dataset.at, target.value));
  });
  startOutcomes(panel, modeler, () => selected, change);

  modeler.on('selection.changed', ({ newSelection }) => show(newSelection.length === 1 ? newSelection[0] : null));
  modeler.on('commandStack.changed', () => {
    listTasks(chooser, modeler);
    if (selected && !ours) show(selected);
  });
  chooser.addEventListener('change', () => chooser.value && goTo(modeler, chooser.value));
  listTasks(chooser, modeler);
  show(null);
}

// Choosing from a list reaches every task without a mouse.
function listTasks(chooser, modeler) {
  const present = chooser.value;
  chooser.querySelectorAll('option[value]:not([value=""])').forEach((option) => option.remove());
  modeler.get('elementRegistry').filter((element) => is(element, 'bpmn:UserTask') && element.type !== 'label')
    .forEach(({ id, businessObject }) => chooser.add(new Option(`${businessObject.name ?? ''} (${id})`, id)));
  chooser.value = present;
}
