// The outcomes of a user task: one copy of the <template data-outcome> each, in the order in which people will see them.
import { add, extensions, remove } from './access.js';

const TYPE = 'cn:Outcome';

export function fillOutcomes(panel, element) {
  const list = panel.querySelector('[data-outcomes]');
  const template = panel.querySelector('template[data-outcome]');
  list.replaceChildren();
  extensions(element.businessObject, TYPE).forEach((outcome, index) => {
    const entry = template.content.cloneNode(true);
    const root = entry.firstElementChild;
    root.dataset.index = String(index);
    root.querySelector('[data-number]').textContent = String(index + 1);
    root.querySelectorAll('[data-name]').forEach((control) => {
      control.value = outcome.get(control.dataset.name) ?? '';
      control.id = `outcome-${index}-${control.dataset.name}`;
      control.closest('[data-control]').querySelector('label').htmlFor = control.id;
    });
    list.append(entry);
  });
}

export function startOutcomes(panel, modeler, selected, change) {
  const outcomeAt = (node) => {
    const { index } = node.closest('[data-index]').dataset;
    return extensions(selected().businessObject, TYPE)[Number(index)];
  };

  panel.addEventListener('change', ({ target }) => {
    if (!target.dataset.name) return;
    const value = target.value.trim() === '' ? undefined : target.value;
    const outcome = outcomeAt(target);
    change(() => modeler.get('modeling').updateModdleProperties(selected(), outcome, { [target.dataset.name]: value }));
  });

  panel.addEventListener('click', ({ target }) => {
    if (target.closest('[data-add-outcome]')) {
      const count = extensions(selected().businessObject, TYPE).length;
      add(modeler, selected(), TYPE, { id: `outcome_${count + 1}`, reason: 'none' }); // fills the panel again
      panel.querySelector(`#outcome-${count}-id`).focus();
    } else if (target.closest('[data-remove-outcome]')) {
      remove(modeler, selected(), outcomeAt(target));
      panel.querySelector('[data-add-outcome]').focus();
    }
  });
}
