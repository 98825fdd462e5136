"""PyTorch, with its modules and its Adam."""
import sys

from serve import Work, blas, crossentropy, loaded, missing, read_digits, serve

try:
    import torch
except ImportError:
    missing("PyTorch", "python3-torch libopenblas0")
import numpy as np
import torch.nn.functional as F

torch.set_num_threads(int(sys.argv[1]))


def classifier(w1, w2):
    model = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
    with torch.no_grad():
        for layer, weights in ((model[0], w1), (model[2], w2)):
            layer.weight.copy_(torch.from_numpy(weights.T))
            layer.bias.zero_()
    return model


def train(params):
    digits = read_digits(params)
    x, y = torch.from_numpy(digits[0]), torch.from_numpy(digits[1])
    rows, batch, shown = params["rows"], params["batch"], params["shown"]
    state = {}

    def reset():
        model = classifier(*digits[2:])
        state.update(model=model, optimizer=torch.optim.Adam(model.parameters(), lr=0.001, eps=params["epsilon"]))

    def fit(epochs, shuffle):
        model, optimizer = state["model"], state["optimizer"]
        for _ in range(epochs):
            # A DataLoader would pick the rows one by one, which takes longer than all else at this size.
            order = torch.randperm(rows) if shuffle else torch.arange(rows)
            total = 0.0
            for chosen in order.split(batch):
                optimizer.zero_grad()
                loss = F.cross_entropy(model(x[chosen]), y[chosen])
                loss.backward()
                optimizer.step()
                total += loss.item() * len(chosen)
            state["loss"] = total / rows

    def value():
        with torch.inference_mode():
            return crossentropy(F.softmax(state["model"](x[:shown]), dim=1).numpy(), digits[1])

    def check():
        reset()
        fit(1, False)
        return value()

    return Work(lambda: fit(params["epochs"], True), value, reset, check)


def predict(params):
    x, y, w1, w2 = read_digits(params)
    rows, calls = params["rows"], params["calls"]
    model = classifier(w1, w2).eval()
    inputs = [x[i : i + rows].copy() for i in range(calls)]
    outputs = [None] * calls

    def run():
        with torch.inference_mode():
            for i, row in enumerate(inputs):
                outputs[i] = F.softmax(model(torch.from_numpy(row)), dim=1).numpy()

    return Work(run, lambda: crossentropy(np.concatenate(outputs), y))


serve({"train": train, "predict": predict}, {"version": torch.__version__, "note": blas(loaded("libtorch_cpu"))})
