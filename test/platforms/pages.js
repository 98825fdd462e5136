// Pages as they are served: the packed library, one script, and the headers that policies are made of.
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { Skipped } from './context.js';

const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

/**
 * Serves a folder, where `/` is a page that runs `/page.js`.
 * @param {string} folder
 * @param {Record<string, string>} [headers] of every answer.
 * @returns {Promise<{ origin: string, close: () => void }>}
 */
export async function servePage(folder, headers = {}) {
  const html =
    '<!doctype html><title>linnet</title><link rel="icon" href="data:,"><body><script type="module" src="/page.js"></script>';
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    try {
      const content = pathname === '/' ? html : await readFile(join(folder, pathname));
      response.writeHead(200, { 'Content-Type': types[extname(pathname)] ?? 'text/html', ...headers });
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

const find = (program) => {
  try {
    return execFileSync('which', [program], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
};

/** Browsers, and the programs that they may be. */
const programs = {
  Chromium: { browser: 'chrome', names: ['chromium', 'chromium-browser', 'google-chrome'], args: ['--no-sandbox'] },
  Firefox: { browser: 'firefox', names: ['firefox-esr', 'firefox'], args: [] },
};

const running = new Map();

/** A browser, started once. */
export async function browserOf(name) {
  const { browser, names, args } = programs[name];
  const executablePath = names.map(find).find(Boolean);
  if (!executablePath) throw new Skipped(`there is none: looked for ${names.join(', ')}`);
  const { default: puppeteer } = await import('puppeteer-core').catch(() => {
    throw new Skipped('puppeteer-core is not installed');
  });
  if (!running.has(name)) running.set(name, puppeteer.launch({ browser, executablePath, args, headless: true }));
  return running.get(name);
}

/** Closes all browsers: they would keep the process alive. */
export async function closeBrowsers() {
  for (const browser of running.values()) await (await browser).close();
  running.clear();
}
