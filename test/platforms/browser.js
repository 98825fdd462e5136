// Chromium and Firefox, a server for a folder of files, and what a page of it results in.
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { Skipped } from './context.js';

/** With these a page is cross-origin isolated, which threads need. */
export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.wasm': 'application/wasm',
};

/**
 * Serves the files of a folder.
 * @param {string} folder
 * @param {Record<string, string>} [headers] of every answer.
 * @returns {Promise<{ origin: string, close: () => void }>}
 */
export async function serve(folder, headers = {}) {
  const server = createServer(async ({ url }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
    try {
      const content = await readFile(file);
      response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream', ...headers });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://localhost:${server.address().port}`, close };
}

/** Browsers, and the programs that they may be. */
const programs = {
  Chromium: { browser: 'chrome', names: ['chromium', 'chromium-browser', 'google-chrome'], args: ['--no-sandbox'] },
  Firefox: { browser: 'firefox', names: ['firefox-esr', 'firefox'], args: [] },
};

const find = (program) => {
  try {
    return execFileSync('which', [program], { encoding: 'utf8' }).trim();
  } catch {
    return undefined; // not here
  }
};

const running = new Map();

/** A browser, started once. @param {keyof typeof programs} name */
export async function browserOf(name) {
  const { browser, names, args } = programs[name];
  const executablePath = names.map(find).find(Boolean);
  if (!executablePath) throw new Skipped(`there is none: looked for ${names.join(', ')}`);
  const { launch } = await import('puppeteer-core').catch((error) => {
    throw new Skipped(`puppeteer-core cannot be had: ${error.message}`);
  });
  if (!running.has(name)) running.set(name, launch({ browser, executablePath, args }));
  return running.get(name);
}

/** Closes all browsers: they would keep the process alive. */
export async function closeBrowsers() {
  for (const browser of running.values()) await (await browser).close();
  running.clear();
}

/**
 * Opens a page and waits until its body has `data-result` (JSON) or `data-error`.
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} url
 * @param {object} [options]
 * @param {number} [options.timeout] in milliseconds
 * @param {RegExp} [options.expected] messages in the console that are as they should be.
 * @returns {Promise<object>} the result
 * @throws Error with what went wrong in the page, also if there is a result: exceptions, messages in the console, requests
 *   that failed.
 */
export async function resultOf(browser, url, { timeout = 60_000, expected } = {}) {
  const page = await browser.newPage();
  const wrong = [];
  page.on('pageerror', (error) => {
    const text = error?.message ?? String(error); // Firefox also tells so of policies
    if (!expected?.test(text)) wrong.push(`exception: ${text}`);
  });
  page.on('console', (message) => {
    if (expected?.test(message.text())) return;
    if (['error', 'warn'].includes(message.type())) wrong.push(`console: ${message.text()}`);
  });
  page.on(
    'requestfailed',
    (request) => expected?.test(request.url()) || wrong.push(`${request.url()}: ${request.failure()?.errorText}`),
  );
  page.on('response', (response) => {
    if (response.status() >= 400 && !expected?.test(response.url()))
      wrong.push(`${response.url()}: ${response.status()}`);
  });
  const complain = (problem) => new Error([problem, ...wrong].filter(Boolean).join('; '));
  try {
    await page.goto(url, { timeout });
    const done = () => document.body?.dataset.result ?? document.body?.dataset.error;
    await page.waitForFunction(done, { timeout, polling: 50 });
    const { result, error } = await page.evaluate(() => ({ ...document.body.dataset }));
    if (error || wrong.length > 0) throw complain(error);
    return JSON.parse(result);
  } catch (error) {
    throw error.name === 'TimeoutError' ? complain(`nothing within ${timeout} ms`) : error;
  } finally {
    await page.close();
  }
}
