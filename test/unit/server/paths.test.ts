// URIs as editors send them, and the folder imports resolve from.
import { describe, expect, it } from "vitest";
import { isVirtualPath, pathOfUri, rootOf, uriOfPath } from "../../../src/server/paths";

describe("pathOfUri", () => {
  it.each([
    ["file:///home/a/net.py", "python", "/home/a/net.py"],
    ["file:///home/a%20b/n%C3%A9t.py", "python", "/home/a b/nét.py"],
    ["file:///c%3A/models/net.ts", "typescript", "C:/models/net.ts"],
    ["file://server/share/net.js", "javascript", "//server/share/net.js"],
    ["file:///a/100%.py", "python", "/a/100%.py"],
    ["untitled:Untitled-1", "python", "/untitled:/-/Untitled-1.py"],
    ["untitled:net.ts", "typescript", "/untitled:/-/net.ts"],
    ["vscode-vfs://github/a/b%20c.py", "python", "/vscode-vfs:/github/a/b c.py"],
    ["vscode-remote://127.0.0.1:8000/a/b.py", "python", "/vscode-remote:/127.0.0.1:8000/a/b.py"],
    ["memfs:/a/b.py", "python", "/memfs:/-/a/b.py"],
    ["git:/a/b.py", "python", undefined],
    ["vscode-userdata:/a/b.py", "python", undefined],
  ])("%s", (uri, language, path) => expect(pathOfUri(uri, language)).toBe(path));
});

describe("uriOfPath", () => {
  it.each([
    "file:///home/a%20b/net.py",
    "vscode-vfs://github%2B7b22/owner/repo/a%20b/net.py",
    "vscode-remote://127.0.0.1:8000/a/b.py",
    "memfs:/a/b.py",
  ])("gives %s back", (uri) => expect(uriOfPath(pathOfUri(uri) ?? "")).toBe(uri));

  it("tells files on disk from others", () => {
    expect(["/a/b.py", "C:/a/b.py", "//server/a.py", "/vscode-vfs:/github/a.py"].map(isVirtualPath)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});

describe("rootOf", () => {
  it("is the innermost workspace folder", () => {
    expect(rootOf("/a/b/c/net.py", ["/a", "/a/b", "/a/b/cc"])).toBe("/a/b");
  });
  it("is the file's own folder outside of every workspace folder", () => {
    expect(rootOf("/a/b/net.py", ["/x"])).toBe("/a/b");
    expect(rootOf("/net.py", [])).toBe("/");
  });
});
