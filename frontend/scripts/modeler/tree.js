// Everything that an element may hold by the standard and by the extensions that are known here, under the names of the file: for
// what has no field of its own. The texts are in <template>s of the page.
import { setProperty, typed } from './access.js';
import { fileOf } from './holders.js';

// What is drawn is changed in the drawing.
const DRAWN = new Set(['flowElements', 'artifacts', 'laneSets', 'childLaneSet', 'incoming', 'outgoing', 'lanes', 'flowNodeRef', 'attachedToRef',
  'boundaryEventRefs', 'participants', 'messageFlows', 'diagrams', 'processRef']);
const JOINED = new Set(['bpmn:SequenceFlow', 'bpmn:Association', 'bpmn:MessageFlow']);
const PLANES = new Set(['bpmn:Process', 'bpmn:Collaboration', 'bpmn:Choreography', 'bpmn:GlobalConversation', 'bpmn:GlobalChoreographyTask']);
const OWN = /^(cn:(Task|Outcome|Field|Paper|Quorum)|camunda:InputOutput)$/;

const isDrawn = (object, name) =>
  DRAWN.has(name) || ((name === 'sourceRef' || name === 'targetRef') && JOINED.has(object.$type));

const localName = (type) => type.replace(/^bpmn:/, '');
const said = (object) => [localName(object.$type), object.name ?? object.id ?? object.body].filter(Boolean).join(' ');
const listOf = (value) => (Array.isArray(value) ? value : [value]).filter((one) => one !== undefined && one !== null);

export function startTree(host, modeler, selected) {
  const body = host.querySelector('[data-tree-body]');
  const template = (name) => host.querySelector(`template[data-tree-${name}]`).content.firstElementChild.cloneNode(true);
  const moddle = modeler.get('moddle');
  const opened = new Set();
  const begun = new Set(); // attributes that were added and have no value yet
  let numbers = 0;

  const isObject = ({ type }) => type === 'Element' || type in moddle.registry.typeMap;
  const propertiesOf = (object) =>
    (object.$descriptor.properties ?? []).filter((one) => !one.isVirtual && !isDrawn(object, one.name) && !(one.isMany && !isObject(one)));
  const isSet = (object, one) => Object.hasOwn(object, one.name) && listOf(object[one.name]).length > 0;

  // The types of which something can be put there.
  function typesFor({ type }) {
    const known = Object.keys(moddle.registry.typeMap);
    if (type === 'Element') return known.filter((name) => OWN.test(name));
    const fitting = known.filter((name) => {
      const { isAbstract, extends: added } = moddle.registry.typeMap[name];
      // A type that only adds to others cannot be made by itself.
      return /^(bpmn|cn|camunda):/.test(name) && !isAbstract && !added?.length && !PLANES.has(name)
        && type in moddle.getType(name).prototype.$descriptor.allTypesByName;
    });
    return fitting.includes('bpmn:FormalExpression') ? ['bpmn:FormalExpression'] : fitting;
  }

  function label(root, text) {
    const control = root.querySelector('input, select');
    numbers += 1;
    control.id = `tree-${numbers}`;
    root.querySelector('label').htmlFor = control.id;
    root.querySelector('label').textContent = text;
    return control;
  }

  const set = (object, name, value) => setProperty(modeler, selected(), object, name, value);

  function attribute(object, one) {
    const root = template('attribute');
    const control = label(root, one.ns.prefix === 'bpmn' ? one.name : one.ns.name);
    control.value = String(object[one.name] ?? '');
    control.addEventListener('change', () => set(object, one.ns.name, typed(object, one.name, control.value || undefined)));
    return root;
  }

  function foreign(object, name) {
    const root = template('attribute');
    const control = label(root, name);
    control.value = object.$attrs[name];
    control.addEventListener('change', () => set(object, name, control.value || undefined));
    return root;
  }

  function reference(object, one) {
    const root = template('reference');
    const control = label(root, one.name);
    control.multiple = Boolean(one.isMany);
    const targets = everything(fileOf(object)).filter((each) => each.$instanceOf?.(one.type) && each.id);
    const present = listOf(object[one.name]);
    if (!one.isMany) control.add(new Option('–', ''));
    targets.forEach((each) => control.add(new Option(`${said(each)} (${each.id})`, each.id, false, present.includes(each))));
    control.addEventListener('change', () => {
      const ids = [...control.selectedOptions].map(({ value }) => value);
      const chosen = targets.filter(({ id }) => ids.includes(id));
      set(object, one.ns.name, one.isMany ? chosen : chosen[0]);
    });
    return root;
  }

  function child(object, one, value, path) {
    const root = template('child');
    root.querySelector('summary').textContent = `${one.name}: ${said(value)}`;
    const inside = root.querySelector('[data-tree-inside]');
    const fill = () => inside.replaceChildren(...contents(value, path));
    root.open = opened.has(path);
    if (root.open) fill();
    root.addEventListener('toggle', () => {
      if (root.open && !opened.has(path)) fill();
      if (root.open) opened.add(path);
      else opened.delete(path);
    });
    root.querySelector('[data-tree-remove]').addEventListener('click', () => {
      set(object, one.ns.name, one.isMany ? object.get(one.ns.name).filter((each) => each !== value) : undefined);
      body.querySelector('button')?.focus();
    });
    return root;
  }

  function adding(object, path) {
    const root = template('add');
    const control = label(root, root.querySelector('label').textContent);
    const choices = propertiesOf(object).filter((one) => one.isMany || !isSet(object, one)).flatMap((one) => {
      if (one.isReference || !isObject(one)) return begun.has(`${path}/${one.name}`) ? [] : [[one, null]];
      return typesFor(one).map((type) => [one, type]);
    });
    choices.forEach(([one, type], index) => control.add(new Option(type && localName(type) !== one.name ? `${one.name}: ${localName(type)}` : one.name, index)));
    root.querySelector('button').addEventListener('click', () => {
      const [one, type] = choices[Number(control.value)];
      if (type === null) {
        begun.add(`${path}/${one.name}`);
        show();
        return;
      }
      const made = modeler.get('bpmnFactory').create(type, {});
      made.$parent = object;
      const before = one.isMany ? object.get(one.ns.name) : [];
      opened.add(`${path}/${one.name}/${before.length}`);
      set(object, one.ns.name, one.isMany ? [...before, made] : made);
    });
    return root;
  }

  function contents(object, path) {
    const properties = propertiesOf(object);
    const wanted = (one) => isSet(object, one) || begun.has(`${path}/${one.name}`);
    const simple = properties.filter((one) => !isObject(one) && wanted(one)).map((one) => attribute(object, one));
    const references = properties.filter((one) => one.isReference && wanted(one)).map((one) => reference(object, one));
    const others = Object.keys(object.$attrs ?? {}).filter((name) => !name.startsWith('xmlns')).map((name) => foreign(object, name));
    const children = properties.filter((one) => isObject(one) && !one.isReference && isSet(object, one)).flatMap((one) =>
      listOf(object[one.name]).filter((value) => !PLANES.has(value.$type)).map((value, index) => child(object, one, value, `${path}/${one.name}/${index}`)));
    return [...simple, ...references, ...others, ...children, adding(object, path)];
  }

  // Whatever stands in the file, for references.
  function everything(object, found = []) {
    found.push(object);
    for (const one of object.$descriptor.properties ?? []) {
      if (isObject(one) && !one.isReference && !one.isVirtual && Object.hasOwn(object, one.name) && one.name !== 'diagrams') {
        listOf(object[one.name]).forEach((each) => each.$descriptor && everything(each, found));
      }
    }
    return found;
  }

  // The element, the process of a pool, and with nothing selected the file.
  function objects() {
    const { businessObject } = selected();
    const behind = businessObject.$type === 'bpmn:Participant' ? [businessObject.get('processRef')] : [];
    return [businessObject, ...behind, ...(PLANES.has(businessObject.$type) ? [fileOf(businessObject)] : [])].filter(Boolean);
  }

  function show() {
    if (!host.open || !selected()) return;
    numbers = 0;
    const held = document.activeElement?.closest('[data-tree]') ? document.activeElement.id : '';
    body.replaceChildren(...objects().flatMap((object) => {
      const title = template('title');
      title.textContent = said(object);
      return [title, ...contents(object, object.id ?? object.$type)];
    }));
    if (held) body.querySelector(`#${held}`)?.focus();
  }

  host.addEventListener('toggle', show);
  return { show };
}
