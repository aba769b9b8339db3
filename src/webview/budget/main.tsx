// The page of the Budget view: listens to the extension and draws what it says.
import { render } from "preact";
import "../shared/controls.css";
import "./budget.css";
import { App } from "./app";

const root = document.getElementById("app");
if (root) render(<App />, root);
