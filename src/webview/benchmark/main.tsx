// The page of the benchmark panel.
import { render } from "preact";
import "../shared/controls.css";
import "./benchmark.css";
import { App } from "./app";

const root = document.getElementById("app");
if (root) render(<App />, root);
