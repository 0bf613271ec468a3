// Values that are chosen from what the diagram holds, or that change the kind of something.
//   read(element)                    the chosen key, '' for none
//   write(modeler, element, key)     undefined for none
//   options(element)                 [key, text] of what can be chosen now; without it the page's own options stand
import { is } from 'bpmn-js/lib/util/ModelUtil';

import { HOLDERS, NAMED, TIMERS, fileOf, referrer } from './holders.js';

const NEW = '+';

const said = (object) => (object.get('name') ? `${object.get('name')} (${object.id})` : object.id);

const inFile = (element, type) =>
  fileOf(element.businessObject).get('rootElements').filter((object) => object.$type === type);

// Put something new at the top of the file.
function addToFile(modeler, element, type, values) {
  const file = fileOf(element.businessObject);
  const made = modeler.get('bpmnFactory').create(type, values);
  made.$parent = file;
  modeler.get('modeling').updateModdleProperties(element, file, { rootElements: [...file.get('rootElements'), made] });
  return made;
}

// A message, signal, error or escalation: one that there is, or a new one that is called as the element is.
const named = (kind) => {
  const { type, ref, code } = NAMED[kind];
  return {
    read: (element) => referrer(element, kind)?.get(ref)?.id ?? '',
    options: (element) => inFile(element, type).map((object) => [object.id, said(object)]),
    write(modeler, element, key) {
      const name = element.businessObject.get('name') || element.id;
      const thing = key === NEW
        ? addToFile(modeler, element, type, { name, [code]: name })
        : inFile(element, type).find((object) => object.id === key);
      modeler.get('modeling').updateModdleProperties(element, referrer(element, kind), { [ref]: thing });
    },
  };
};

const LOOPS = {
  loop: ['bpmn:StandardLoopCharacteristics', {}],
  parallel: ['bpmn:MultiInstanceLoopCharacteristics', { isSequential: false }],
  sequential: ['bpmn:MultiInstanceLoopCharacteristics', { isSequential: true }],
};

const repeats = {
  read(element) {
    if (HOLDERS.loop(element)) return 'loop';
    const several = HOLDERS.instances(element);
    return several ? (several.get('isSequential') ? 'sequential' : 'parallel') : '';
  },
  write(modeler, element, key) {
    const modeling = modeler.get('modeling');
    const [type, values] = LOOPS[key] ?? [];
    const present = element.businessObject.get('loopCharacteristics');
    if (type && present?.$type === type) {
      modeling.updateModdleProperties(element, present, values);
      return;
    }
    const made = type && modeler.get('bpmnFactory').create(type, values);
    if (made) made.$parent = element.businessObject;
    modeling.updateProperties(element, { loopCharacteristics: made });
  },
};

const timerKind = {
  read: (element) => TIMERS.find((name) => HOLDERS.timer(element)?.get(name)) ?? 'timeDuration',
  write(modeler, element, key) {
    const timer = HOLDERS.timer(element);
    const text = TIMERS.map((name) => timer.get(name)).find(Boolean) ?? modeler.get('bpmnFactory').create('bpmn:FormalExpression', { body: '' });
    const none = Object.fromEntries(TIMERS.map((name) => [name, undefined]));
    modeler.get('modeling').updateModdleProperties(element, timer, { ...none, [key ?? 'timeDuration']: text });
  },
};

// As drawn: a file need not list a node's flows.
const flowsOut = ({ outgoing }) => outgoing.map(({ businessObject }) => businessObject).filter(({ $type }) => $type === 'bpmn:SequenceFlow');

const defaultFlow = {
  read: ({ businessObject }) => businessObject.get('default')?.id ?? '',
  options: (element) => flowsOut(element).map((flow) => [flow.id, `${flow.get('name') ?? ''} → ${said(flow.targetRef)}`]),
  write(modeler, element, key) {
    const flow = flowsOut(element).find(({ id }) => id === key);
    modeler.get('modeling').updateProperties(element, { default: flow });
  },
};

const undone = {
  read: (element) => HOLDERS.compensation(element)?.get('activityRef')?.id ?? '',
  options: ({ businessObject }) =>
    businessObject.$parent.get('flowElements').filter((node) => is(node, 'bpmn:Activity') && !node.get('isForCompensation'))
      .map((node) => [node.id, said(node)]),
  write(modeler, element, key) {
    const activity = element.businessObject.$parent.get('flowElements').find(({ id }) => id === key);
    modeler.get('modeling').updateModdleProperties(element, HOLDERS.compensation(element), { activityRef: activity });
  },
};

// The type of a data object: an item definition that says so, which is made when first needed.
const dataType = {
  read: (element) => HOLDERS.data(element)?.get('itemSubjectRef')?.get('structureRef') ?? '',
  write(modeler, element, key) {
    const definition = key && (inFile(element, 'bpmn:ItemDefinition').find(
      (object) => object.get('structureRef') === key && !object.get('isCollection') === !HOLDERS.data(element).get('isCollection'),
    ) ?? addToFile(modeler, element, 'bpmn:ItemDefinition', {
      structureRef: key, ...(HOLDERS.data(element).get('isCollection') ? { isCollection: true } : {}),
    }));
    modeler.get('modeling').updateModdleProperties(element, HOLDERS.data(element), { itemSubjectRef: definition });
  },
};

export const CHOICES = {
  ...Object.fromEntries(Object.keys(NAMED).map((kind) => [`choose-${kind}`, named(kind)])),
  repeats,
  'timer-kind': timerKind,
  'default-flow': defaultFlow,
  undone,
  'data-type': dataType,
};
