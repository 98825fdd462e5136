// linnet/worker: the script of web workers, for pages whose policy refuses scripts from text. See `init({ workerUrl })`.
import { serve } from './backend/serve';

globalThis.onmessage = ({ data }) => serve(data);
