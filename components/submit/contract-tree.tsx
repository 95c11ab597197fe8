import type { TreeNode } from '#lib/domain/tasks/contract-tree.ts';

/** Folders and files as nested lists, each with what it is. */
export function ContractTree({ nodes, label }: { nodes: readonly TreeNode[]; label: string }) {
  return (
    <ul className="tree" aria-label={label}>
      <Nodes nodes={nodes} />
    </ul>
  );
}

function Nodes({ nodes }: { nodes: readonly TreeNode[] }) {
  return nodes.map(({ name, note, isOptional, children }) => (
    <li key={name}>
      <code>{name}</code>
      <What text={[note, isOptional ? 'optional' : ''].filter(Boolean).join('; ')} />
      {children.length === 0 ? null : (
        <ul>
          <Nodes nodes={children} />
        </ul>
      )}
    </li>
  ));
}

function What({ text }: { text: string }) {
  return text === '' ? null : <span className="what">{text}</span>;
}
