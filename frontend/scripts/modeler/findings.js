// Findings of the last check: a mark at each element, and a list whose entries lead there.
//   <button type="button" data-finding="element id">message</button> inside the host
import { showAround } from '../diagram.js';

export function showFindings(host, modeler) {
  const elements = modeler.get('elementRegistry');
  const entries = [...host.querySelectorAll('[data-finding]')];
  const byElement = new Map();
  for (const entry of entries) {
    const id = entry.dataset.finding;
    if (!elements.get(id)) {
      // A message, an item definition: what is not drawn stands in the list of everything, with nothing selected.
      entry.addEventListener('click', () => {
        modeler.get('selection').select([]);
        host.querySelector('[data-tree]').open = true;
      });
      continue;
    }
    byElement.set(id, [...(byElement.get(id) ?? []), entry.textContent.trim()]);
    entry.addEventListener('click', () => goTo(modeler, id));
  }
  for (const [id, messages] of byElement) {
    const marker = document.createElement('span');
    marker.className = 'finding-marker';
    marker.textContent = String(messages.length);
    marker.title = messages.join('\n');
    modeler.get('overlays').add(id, 'finding', { position: { top: -14, right: 14 }, html: marker });
  }
}

export function goTo(modeler, id) {
  const element = modeler.get('elementRegistry').get(id);
  modeler.get('selection').select(element);
  showAround(modeler, id);
}
