// What the Budget view shows when: the model with its gauges, levers and memory, or what to do to get one.
import { useEffect, useState } from "preact/hooks";
import type { Timeline } from "../../core/report/deployment";
import type { Levers, WhatIfSettings } from "../../core/report/what-if";
import { onMessage, send } from "../shared/host";
import { EmptyView } from "./empty-view";
import type { BudgetState, Outcome, ToExtension, ToPage } from "./messages";
import { ModelView } from "./model-view";

/** What the extension can do besides. */
export interface Abilities {
  canPickTarget: boolean;
  canSetInput: boolean;
  canFit: boolean;
}

export function App() {
  const [state, setState] = useState<BudgetState>();
  const [abilities, setAbilities] = useState<Abilities>({ canPickTarget: false, canSetInput: false, canFit: false });
  const [timeline, setTimeline] = useState<{ key: string; timeline: Timeline | null }>();
  const [levers, setLevers] = useState<{ key: string; levers: Levers }>();
  const [tried, setTried] = useState<{ key: string; settings: WhatIfSettings; outcome: Outcome }>();

  useEffect(() => {
    onMessage<ToPage>((message) => {
      switch (message.type) {
        case "state":
          setState(message.state);
          setAbilities(message);
          break;
        case "timeline":
          setTimeline(message);
          break;
        case "levers":
          setLevers(message);
          break;
        case "outcome":
          setTried(message);
          break;
      }
    });
    send<ToExtension>({ type: "ready" });
  }, []);

  if (!state) return null;
  if (state.kind !== "model") return <EmptyView state={state} />;
  const { key, id, model } = state;
  return (
    <ModelView
      // Another model starts with its own sliders and selection.
      key={id}
      id={id}
      modelKey={key}
      model={model}
      timeline={timeline?.key === key ? timeline.timeline : undefined}
      levers={levers?.key === key ? levers.levers : undefined}
      tried={tried?.key === key ? tried : undefined}
      abilities={abilities}
    />
  );
}
