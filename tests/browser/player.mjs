// The player of the browser suite: sits at the Chromium that the library has opened, over its debugging port, and does what
// people do there.
//
//     node player.mjs PROFILE_DIRECTORY ISSUER
//
// Reads one command as JSON from each line of standard input and answers each with one line: {"ok": …} or {"error": "…"}.
// When standard input ends it closes the browser and ends. May touch: that browser, and the file of a screenshot that is
// asked for.
//
//     {"do": "tab"}                                 waits for a tab that was not taken yet and takes it: {"tab": 1}
//     {"do": "look", "tab": 1}                      waits until the tab shows something to act on: {"shows": …}, see below
//     {"do": "sign_in", "tab": 1, "name": "maren"}  answers what the provider asks (password, consent) up to the game's page
//     {"do": "deny", "tab": 1}                      the provider's Cancel, up to the game's page
//     {"do": "sign_out", "tab": 1}                  confirms the provider's question, up to the game's page
//     {"do": "describe", "tab": 1}                  waits for the game's page
//     {"do": "close", "tab": 1}                     closes the tab
//     {"do": "quit"}                                closes the whole browser, all tabs with it
//     {"do": "disturb", "tab": 1, "callback": URL}  asks the callback's port for all that browsers and pages ask for, from this
//                                                   tab and from others: {"visited": [status of each of the others]}
//
// Whatever ends at the game's page describes it, and takes "screenshot": FILE.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const [profile, issuer] = process.argv.slice(2);
// There as long as the browser is, see browser.sh.
const running = join(dirname(profile), 'running');
const patience = 20_000;
const tabs = [];

// The browser opens when the library says so, which may be later.
async function connect() {
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      const [port] = (await readFile(`${profile}/DevToolsActivePort`, 'utf8')).split('\n');
      return await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    } catch (problem) {
      if (Date.now() > deadline) throw new Error(`no browser was opened: ${problem.message}`);
      await pause(20);
    }
  }
}

let browser;
const seen = new Map();

async function context() {
  if (!browser) {
    browser = await connect();
    const [only] = browser.contexts();
    await only.addInitScript(() => {
      globalThis.violations = [];
      document.addEventListener('securitypolicyviolation', (event) => {
        globalThis.violations.push(`${event.effectiveDirective}: ${event.blockedURI}`);
      });
    });
    only.on('page', watch);
    only.pages().forEach(watch);
  }
  return browser.contexts()[0];
}

function watch(page) {
  if (seen.has(page)) return;
  const notes = { console: [], document: null };
  seen.set(page, notes);
  page.on('request', (request) => {
    if (request.isNavigationRequest()) notes.console = [];
  });
  page.on('response', (response) => {
    if (response.request().isNavigationRequest()) notes.document = response;
  });
  page.on('console', (message) => notes.console.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => notes.console.push(`exception: ${error.message}`));
}

function taken(number) {
  const page = tabs[number - 1];
  if (!page) throw new Error(`no tab ${number}`);
  return page;
}

async function tab() {
  const all = await context();
  const deadline = Date.now() + patience;
  for (;;) {
    const page = all.pages().find((one) => !tabs.includes(one) && one.url().startsWith('http'));
    if (page) return { tab: tabs.push(page) };
    if (Date.now() > deadline) throw new Error(`no new tab; there are: ${all.pages().map((one) => one.url()).join(', ')}`);
    await pause(10);
  }
}

// `password`, `consent`, `sign-out`, `game` (the library's own page), `unreachable` (the browser's page for a port where
// nobody listens) or `problem` (the provider's page for errors).
async function look({ tab: number }) {
  const page = taken(number);
  const shows = await page.waitForFunction((provider) => {
    if (document.readyState !== 'complete') return null;
    if (location.protocol === 'chrome-error:') return 'unreachable';
    if (location.origin !== provider) return location.protocol === 'http:' ? 'game' : null;
    if (document.querySelector('input[type=password]')) return 'password';
    if (document.querySelector('input[name=prompt][value=consent]')) return 'consent';
    if (document.querySelector('button[name=logout]')) return 'sign-out';
    if (/oops/.test(document.title)) return 'problem';
    return null;
  }, issuer, { timeout: patience, polling: 20 });
  const answer = { shows: await shows.jsonValue() };
  if (answer.shows === 'problem') answer.text = await page.innerText('body');
  if (answer.shows === 'password') answer.hint = await page.inputValue('input[name=login]');
  return answer;
}

// Clicks, and waits until the page that was clicked on is gone.
async function click(page, selector) {
  const button = await page.waitForSelector(selector, { timeout: patience });
  await Promise.all([page.waitForEvent('framenavigated', { timeout: patience }), button.click()]);
}

async function signIn(command) {
  const page = taken(command.tab);
  const asked = [];
  for (;;) {
    const { shows, text } = await look(command);
    if (shows === 'password') {
      await page.fill('input[name=login]', command.name);
      await page.fill('input[type=password]', 'any');
      await click(page, 'button[type=submit]');
    } else if (shows === 'consent') {
      await click(page, 'button[type=submit]');
    } else if (shows === 'game') {
      return { shows, asked, ...(await describe(command)) };
    } else if (shows === 'unreachable') {
      return { shows, asked };
    } else {
      throw new Error(`the provider shows ${shows}: ${text}`);
    }
    asked.push(shows);
  }
}

async function deny(command) {
  const page = taken(command.tab);
  await look(command);
  await click(page, 'a[href$="/abort"]');
  return describe(command);
}

async function signOut(command) {
  const page = taken(command.tab);
  const { shows, text } = await look(command);
  if (shows !== 'sign-out') throw new Error(`the provider shows ${shows}: ${text}`);
  await click(page, 'button[name=logout]');
  return describe(command);
}

async function close({ tab: number }) {
  await taken(number).close();
  return {};
}

// The library's own page, as the player sees it.
async function describe(command) {
  const page = taken(command.tab);
  const { shows, text } = await look(command);
  if (shows !== 'game') throw new Error(`the tab shows ${shows}: ${text}`);
  await page.waitForLoadState('load');
  const notes = seen.get(page);
  const seenByPlayer = await page.evaluate(() => ({
    address: `${location.origin}${location.pathname}`,
    title: document.title,
    text: document.body.innerText,
    language: document.documentElement.lang,
    scripts: document.scripts.length,
    handlers: [...document.querySelectorAll('*')]
      .flatMap((one) => one.getAttributeNames())
      .filter((name) => /^on/i.test(name)),
    loads: performance.getEntriesByType('resource').map((entry) => entry.name),
    colors: [...new Set([...document.querySelectorAll('*')].flatMap((one) => {
      const style = getComputedStyle(one);
      return [style.color, style.backgroundColor, style.borderTopColor];
    }))],
    font: getComputedStyle(document.body).fontFamily,
    fits: document.documentElement.scrollWidth <= innerWidth,
    violations: globalThis.violations ?? null,
  }));
  if (command.screenshot) await page.screenshot({ path: command.screenshot });
  return {
    ...seenByPlayer,
    status: notes.document?.status() ?? null,
    headers: notes.document ? await notes.document.allHeaders() : null,
    console: notes.console,
  };
}

// What pages and browsers ask for; then four tabs that go straight to the port, whose statuses it gives.
async function disturb({ tab: number, callback }) {
  await taken(number).evaluate(askFromPage, callback);
  const { origin } = new URL(callback);
  const guess = `state=guess&iss=${encodeURIComponent(issuer)}`;
  const visited = [];
  const wrong = [`${callback}?code=guess&${guess}`, `${callback}?error=access_denied&${guess}`, callback, `${origin}/`];
  for (const url of wrong) {
    const page = await (await context()).newPage();
    const response = await page.goto(url, { timeout: patience });
    visited.push(response.status());
    await page.close();
  }
  return { visited };
}

// Runs in the page: connections in advance, and requests of every kind that a page of another origin can send.
async function askFromPage(url) {
  const { origin } = new URL(url);
  for (let count = 0; count < 8; count += 1) {
    const link = document.createElement('link');
    link.rel = 'preconnect';
    // With and without credentials are two pools of connections.
    if (count % 2) link.crossOrigin = 'anonymous';
    link.href = origin;
    document.head.append(link);
  }
  // What comes of them is the listener's affair; the page may not even see it.
  const ask = (what, options) => fetch(what, { mode: 'no-cors', ...options }).catch(() => {});
  const embed = (kind) => new Promise((done) => {
    const one = document.createElement(kind);
    one.onload = one.onerror = done;
    one.src = `${url}?code=guess&state=guess`;
    document.body.append(one);
  });
  await Promise.all([
    ask(`${origin}/favicon.ico`),
    ask(`${origin}/apple-touch-icon.png`),
    ask(`${origin}/robots.txt`),
    ask(`${origin}/`),
    ask(url),
    ask(url, { method: 'HEAD' }),
    ask(url, { method: 'POST', body: 'code=guess&state=guess' }),
    ask(`${url}?error=access_denied`),
    ask(`${url}?error=access_denied&state=guess`),
    ask(`${url}?code=guess&state=guess`),
    ask(`${url}?code=guess&state=guess`, { mode: 'cors' }),
    ask(`${url}?code=guess&state=guess`, { mode: 'cors', headers: { 'x-preflight': '1' } }),
    embed('img'),
    embed('script'),
    embed('iframe'),
  ]);
}

// Ends the browser, and waits until its script is done too.
async function quit() {
  await context();
  await end();
  const deadline = Date.now() + patience;
  while (existsSync(running)) {
    if (Date.now() > deadline) throw new Error('the browser does not end');
    await pause(10);
  }
  return {};
}

async function end() {
  const session = await browser.newBrowserCDPSession();
  // It may be gone before it has answered.
  await session.send('Browser.close').catch(() => {});
  await browser.close().catch(() => {});
  browser = undefined;
}

const commands = { tab, look, sign_in: signIn, deny, sign_out: signOut, close, quit, describe, disturb };

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const command = JSON.parse(line);
    answer = { ok: await commands[command.do](command) };
  } catch (problem) {
    answer = { error: problem.message };
  }
  console.log(JSON.stringify(answer));
}

if (browser) await end();
