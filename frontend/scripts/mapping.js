// Mapping by pointing: a numbered step of the old diagram, then its place in the new one. The select fields of the page hold what
// is chosen and work without this script; here they are only filled in, and what they say is drawn.
//   <div data-map data-standing="ids" data-begin data-picked data-paired data-impossible data-first hidden>
//     <p data-map-says role="status"></p>
//     <div data-map-side="old|new"> <div data-map-diagram data-xml="…"></div> </div>
//   <div data-map-fields> <select data-old="node id"> … </div>
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

import { fetchText, showAround, zoomButtons } from './diagram.js';

const fields = () => [...document.querySelectorAll('[data-map-fields] select[data-old]')];
const placesOf = (field) => [...field.options].map((option) => option.value).filter((value) => value && value !== '-');

async function open(host) {
  const stage = document.createElement('div');
  stage.className = 'diagram-stage';
  host.append(stage);
  const viewer = new NavigatedViewer({ container: stage });
  try {
    await viewer.importXML(await fetchText(host.dataset.xml));
    viewer.get('canvas').zoom('fit-viewport', 'auto');
    zoomButtons(host, viewer);
    return viewer;
  } catch (error) {
    stage.remove();
    const text = document.createElement('p');
    text.setAttribute('role', 'alert');
    text.textContent = host.dataset.failed ?? '';
    host.append(text);
    console.warn(error);
    return null;
  }
}

class Pointing {
  constructor(root, old, fresh) {
    this.root = root;
    this.sides = { old, new: fresh };
    this.picked = null;
    this.drawn = [];
  }

  start() {
    const standing = (this.root.dataset.standing ?? '').split(' ').filter(Boolean);
    for (const id of standing) this.mark('old', id, 'is-standing', true);
    for (const viewer of this.sides.old) viewer.on('element.click', ({ element }) => this.pick(element));
    for (const viewer of this.sides.new) viewer.on('element.click', ({ element }) => this.place(element));
    fields().forEach((field) => {
      field.addEventListener('change', () => this.draw());
      field.addEventListener('focus', () => this.choose(field, false));
    });
    this.say('begin');
    this.draw();
    const [first] = fields();
    for (const viewer of this.sides.old) showAround(viewer, first.dataset.old);
    for (const viewer of this.sides.new) showAround(viewer, this.goalOf(first));
  }

  say(what, values = {}) {
    const text = this.root.dataset[what] ?? '';
    this.root.querySelector('[data-map-says]').textContent = text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
  }

  mark(side, id, name, permanent = false) {
    for (const viewer of this.sides[side]) {
      if (!viewer.get('elementRegistry').get(id)) continue;
      viewer.get('canvas').addMarker(id, name);
      if (!permanent) this.drawn.push(() => viewer.get('canvas').removeMarker(id, name));
    }
  }

  badge(side, id, numbers) {
    for (const viewer of this.sides[side]) {
      if (!viewer.get('elementRegistry').get(id)) continue;
      const html = document.createElement('span');
      html.className = 'finding-marker';
      html.textContent = numbers.join(', ');
      const key = viewer.get('overlays').add(id, 'mapping', { position: { top: -14, left: -10 }, html });
      this.drawn.push(() => viewer.get('overlays').remove(key));
    }
  }

  draw() {
    this.drawn.splice(0).forEach((undo) => undo());
    const taken = new Map();
    fields().forEach((field, index) => {
      const { old } = field.dataset;
      this.mark('old', old, 'to-map');
      if (field.value) this.mark('old', old, 'is-mapped');
      this.badge('old', old, [index + 1]);
      if (field.value && field.value !== '-') taken.set(field.value, [...(taken.get(field.value) ?? []), index + 1]);
    });
    for (const [id, numbers] of taken) {
      this.mark('new', id, 'is-standing');
      this.badge('new', id, numbers);
    }
    if (!this.picked) return;
    this.mark('old', this.picked.dataset.old, 'is-picked');
    for (const id of placesOf(this.picked)) this.mark('new', id, 'is-possible');
  }

  // An element's label, and what lies within a step without being one, stand for the step.
  find(element, wanted) {
    for (let one = element; one; one = one.parent) {
      const found = wanted((one.labelTarget ?? one).id);
      if (found) return found;
    }
    return null;
  }

  pick(element) {
    const field = this.find(element, (id) => fields().find((one) => one.dataset.old === id));
    if (field) this.choose(field, true);
  }

  choose(field, show) {
    this.picked = field;
    this.say('picked', { step: this.nameOf(field) });
    this.draw();
    if (!show) return;
    for (const viewer of this.sides.new) showAround(viewer, this.goalOf(field));
  }

  // What to show of the new diagram: the chosen place, else the first that is possible.
  goalOf(field) {
    const places = field.value && field.value !== '-' ? [field.value] : placesOf(field);
    return places.find((id) => this.sides.new.some((one) => one.get('elementRegistry').get(id)));
  }

  place(element) {
    if (!this.picked) {
      this.say('first');
      return;
    }
    const field = this.picked;
    const place = this.find(element, (id) => placesOf(field).find((one) => one === id));
    if (!place) {
      this.say('impossible', { step: this.nameOf(field) });
      return;
    }
    field.value = place;
    field.dispatchEvent(new Event('change', { bubbles: true }));
    const name = element.businessObject?.name || place;
    this.say('paired', { step: this.nameOf(field), place: name });
  }

  nameOf(field) {
    return document.querySelector(`label[for="${field.id}"]`)?.textContent.trim() ?? field.dataset.old;
  }
}

async function begin(root) {
  if (!fields().length) return;
  root.hidden = false;
  const side = async (name) => {
    const hosts = [...root.querySelectorAll(`[data-map-side="${name}"] [data-map-diagram]`)];
    return (await Promise.all(hosts.map(open))).filter(Boolean);
  };
  const [old, fresh] = await Promise.all([side('old'), side('new')]);
  new Pointing(root, old, fresh).start();
  root.dataset.ready = 'true';
}

document.querySelectorAll('[data-map]').forEach(begin);
