// From when to when each tensor and scratch buffer is alive, in allocation scopes: a counter that rises with every operator
// and with every subgraph control flow enters (TFLM micro_allocation_info.cc). Nothing works in place: an operator's inputs
// and outputs are alive together, and RESHAPE copies.
import type { DeployedGraph, DeployedOperator, DeployedSubgraph } from "../../6-deploy/deployed-graph";

/** Inclusive; -1 to -1 for what no operator touches, which is placed all the same. */
export interface Lifetime {
  first: number;
  last: number;
}

/** An operator of a subgraph: 0 is the main one. */
export interface OperatorPosition {
  subgraph: number;
  operator: number;
}

export interface Lifetimes {
  /** Per subgraph, per tensor. */
  tensors: readonly (readonly Lifetime[])[];
  /** Per subgraph, per operator: the scopes of its scratch buffers, with those of the subgraphs it enters. */
  scratch: readonly (readonly Lifetime[])[];
  /** The operator that runs in each scope; null for the start of a graph. */
  scopes: readonly (OperatorPosition | null)[];
}

/** The main graph, then those it calls. */
export function subgraphsOf(graph: DeployedGraph): readonly DeployedSubgraph[] {
  return [graph, ...(graph.calledSubgraphs ?? [])];
}

class ScopeWalk {
  readonly tensors: Lifetime[][];
  readonly scratch: Lifetime[][];
  readonly scopes: (OperatorPosition | null)[] = [null];
  private readonly entered = new Set<number>();

  constructor(private readonly subgraphs: readonly DeployedSubgraph[]) {
    const unused = () => ({ first: -1, last: -1 });
    this.tensors = subgraphs.map(({ tensors }) => tensors.map(unused));
    this.scratch = subgraphs.map(({ operators }) => operators.map(unused));
  }

  private get scope(): number {
    return this.scopes.length - 1;
  }

  private create(lifetime: Lifetime | undefined, scope = this.scope): void {
    if (lifetime?.first === -1) lifetime.first = scope;
  }

  private use(lifetime: Lifetime | undefined): void {
    if (lifetime) lifetime.last = this.scope;
  }

  walk(index: number): void {
    const subgraph = this.subgraphs[index];
    // A subgraph that calls itself could not run.
    if (!subgraph || this.entered.has(index)) return;
    this.entered.add(index);
    const lifetimes = this.tensors[index] ?? [];
    for (const input of subgraph.inputs) {
      this.create(lifetimes[input]);
      this.use(lifetimes[input]);
    }
    subgraph.operators.forEach((operator, position) => {
      this.scopes.push({ subgraph: index, operator: position });
      const start = this.scope;
      for (const output of operator.outputs) this.create(lifetimes[output]);
      this.enterCalled(operator);
      for (const tensor of operator.inputs) this.use(lifetimes[tensor]);
      for (const tensor of operator.outputs) this.use(lifetimes[tensor]);
      const scratch = this.scratch[index]?.[position];
      this.create(scratch, start);
      this.use(scratch);
    });
    for (const output of subgraph.outputs) {
      this.create(lifetimes[output]);
      this.use(lifetimes[output]);
    }
    this.entered.delete(index);
  }

  private enterCalled(operator: DeployedOperator): void {
    for (const called of operator.options.subgraphs ?? []) {
      this.scopes.push(null);
      this.walk(called);
    }
  }
}

export function lifetimesOf(graph: DeployedGraph): Lifetimes {
  const walk = new ScopeWalk(subgraphsOf(graph));
  walk.walk(0);
  return walk;
}
