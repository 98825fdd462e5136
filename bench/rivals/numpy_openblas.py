"""NumPy by hand: the XOR network of the tutorials, the classifier with Adam, and matrix products."""
from serve import XOR_X, XOR_Y, Work, crossentropy, missing, numbers, numpy_blas, read_digits, serve

try:
    import numpy as np
except ImportError:
    missing("NumPy", "python3-numpy libopenblas0")

RATE, BETA1, BETA2 = 0.001, 0.9, 0.999


def xor(params):
    X, y = np.array(XOR_X, dtype="float64"), np.array(XOR_Y, dtype="float64")
    rate, state = params["rate"], {}

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def reset():
        state.update(
            W1=np.array(params["w1"]).reshape(2, 4),
            b1=np.zeros((1, 4)),
            W2=np.array(params["w2"]).reshape(4, 1),
            b2=np.zeros((1, 1)),
        )

    def run():
        W1, b1, W2, b2 = state["W1"], state["b1"], state["W2"], state["b2"]
        losses = []
        for _ in range(params["epochs"]):
            a1 = sigmoid(X @ W1 + b1)
            a2 = sigmoid(a1 @ W2 + b2)
            error = y - a2
            losses.append(np.mean(error**2))
            delta2 = error * a2 * (1 - a2)
            delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
            W2 += a1.T @ delta2 * rate
            b2 += delta2.sum(axis=0, keepdims=True) * rate
            W1 += X.T @ delta1 * rate
            b1 += delta1.sum(axis=0, keepdims=True) * rate

    def value():
        a1 = sigmoid(X @ state["W1"] + state["b1"])
        return np.mean((sigmoid(a1 @ state["W2"] + state["b2"]) - y) ** 2)

    return Work(run, value, reset)


def softmax(logits):
    """In place."""
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=1, keepdims=True)
    return logits


def train(params):
    x, y, w1, w2 = read_digits(params)
    rows, batch, shown = params["rows"], params["batch"], params["shown"]
    shapes = [w1.shape, (128,), w2.shape, (10,)]
    sizes = [int(np.prod(shape)) for shape in shapes]
    ends = np.cumsum(sizes)
    # All parameters lie in one array, so that Adam is a few operations on it, with nothing allocated.
    theta, gradient, m, v, change = (np.zeros(ends[-1], dtype="float32") for _ in range(5))

    def parts(flat):
        return [flat[end - size : end].reshape(shape) for size, end, shape in zip(sizes, ends, shapes)]

    W1, b1, W2, b2 = parts(theta)
    dW1, db1, dW2, db2 = parts(gradient)
    state = {}

    def reset():
        for array in (theta, m, v):
            array.fill(0)
        W1[:], W2[:] = w1, w2
        state["steps"] = 0

    def adam():
        state["steps"] += 1
        steps = state["steps"]
        rate = RATE * np.sqrt(1 - BETA2**steps) / (1 - BETA1**steps)
        np.multiply(m, BETA1, out=m)
        np.multiply(gradient, 1 - BETA1, out=change)
        np.add(m, change, out=m)
        np.multiply(v, BETA2, out=v)
        np.multiply(gradient, gradient, out=change)
        np.multiply(change, 1 - BETA2, out=change)
        np.add(v, change, out=v)
        np.sqrt(v, out=change)
        np.add(change, params["epsilon"], out=change)
        np.divide(m, change, out=change)
        np.multiply(change, rate, out=change)
        np.subtract(theta, change, out=theta)

    def fit(epochs, shuffle):
        for _ in range(epochs):
            order = np.random.permutation(rows) if shuffle else np.arange(rows)
            total = 0.0
            for i in range(0, rows, batch):
                chosen = order[i : i + batch]
                bx, by = x[chosen], y[chosen]
                a1 = bx @ W1
                a1 += b1
                np.maximum(a1, 0, out=a1)
                delta = softmax(a1 @ W2 + b2)
                picked = np.arange(len(chosen)), by
                total -= np.log(delta[picked]).sum()
                delta[picked] -= 1
                delta /= len(chosen)
                np.matmul(a1.T, delta, out=dW2)
                np.sum(delta, axis=0, out=db2)
                delta1 = delta @ W2.T
                delta1 *= a1 > 0
                np.matmul(bx.T, delta1, out=dW1)
                np.sum(delta1, axis=0, out=db1)
                adam()
            state["loss"] = total / rows

    def value():
        hidden = np.maximum(x[:shown] @ W1 + b1, 0)
        return crossentropy(softmax(hidden @ W2 + b2), y)

    def check():
        reset()
        fit(1, False)
        return value()

    return Work(lambda: fit(params["epochs"], True), value, reset, check)


def matmul(params):
    n = params["n"]
    a, b = (numbers(params["folder"], f"{name}{n}.f32", "<f4", n, n) for name in "ab")
    c = np.empty((n, n), dtype="float32")
    return Work(lambda: np.matmul(a, b, out=c), lambda: np.mean(c.astype("float64") ** 2))


serve({"xor": xor, "train": train, "matmul": matmul}, {"version": np.__version__, "note": numpy_blas()})
