"""Makes activations.json, losses.json, optimizers.json and mlp.json beside this file.

Usage: python3 generate.py    (needs NumPy and PyTorch; run with Python 3.11, NumPy 1.24 and PyTorch 1.13)

Everything is float64. Losses and optimizers are Keras 3's formulas (keras3.py), gradients come from PyTorch's autograd.
What has a second source is checked against it: losses against torch.nn.functional, optimizers against torch.optim.
Inputs have few binary digits, so that float32 holds them too (but for 1e-9 and the like in the clipped losses).
The same versions on the same kind of processor write the same bytes; elsewhere last digits may differ.
"""
import json
import math
import os
import sys
from pathlib import Path

# One code path for every processor, before the libraries look at it.
os.environ['ATEN_CPU_CAPABILITY'] = 'default'
import numpy as np
import torch
import torch.nn.functional as F

sys.dont_write_bytecode = True
from keras3 import (EPSILON, adagrad, adam, binary_crossentropy, categorical_crossentropy, huber, mean_absolute_error,
                    mean_squared_error, rmsprop, sgd, sparse_categorical_crossentropy)

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

HERE = Path(__file__).parent
VERSIONS = {'python': sys.version.split()[0], 'numpy': np.__version__, 'torch': torch.__version__}


# --- Writing ----------------------------------------------------------------------------------------------------------

def plain(value):
    """Tensors and arrays as nested lists of float; dictionaries with camelCase keys."""
    if isinstance(value, dict):
        return {camel(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, torch.Tensor):
        return value.detach().tolist()
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def camel(name):
    head, *rest = name.split('_')
    return head + ''.join(word.capitalize() for word in rest)


def text(value, indent=''):
    """JSON with a row of numbers on one line. Python writes the shortest digits that read back as the same float64."""
    inner = indent + ' '
    if isinstance(value, dict):
        entries = [f'{json.dumps(key)}: {text(entry, inner)}' for key, entry in value.items()]
        brackets = '{}'
    elif isinstance(value, list) and any(isinstance(entry, (dict, list)) for entry in value):
        entries = [text(entry, inner) for entry in value]
        brackets = '[]'
    else:
        return json.dumps(value, allow_nan=False)
    separator = ',\n' + inner
    return f'{brackets[0]}\n{inner}{separator.join(entries)}\n{indent}{brackets[1]}'


def write(name, content):
    path = HERE / f'{name}.json'
    path.write_text(text(plain({'versions': VERSIONS, **content})) + '\n')
    print(f'{path.name}: {path.stat().st_size} bytes')


def check(label, actual, expected, tolerance=1e-13):
    """Stops unless two ways to the same numbers agree, relative to the largest of them."""
    actual, expected = (torch.as_tensor(np.array(plain(side), dtype=float)) for side in (actual, expected))
    error = float((actual - expected).abs().max() / expected.abs().max().clamp(min=1e-300))
    if not error <= tolerance:
        sys.exit(f'{label}: relative error {error}')


def numbers(seed, *shape, scale=1.0, grid=64):
    """Normal random numbers rounded to multiples of 1/grid, none of them zero. RandomState's streams never change."""
    values = np.round(np.random.RandomState(seed).randn(*shape) * scale * grid) / grid
    return torch.tensor(np.where(values == 0, 1 / grid, values))


# --- Activations ------------------------------------------------------------------------------------------------------

ACTIVATIONS = {
    'linear': (lambda x: x.clone(), {}),
    'relu': (F.relu, {}),
    'leakyRelu': (lambda x: F.leaky_relu(x, 0.2), {'slope': 0.2}),
    # PyTorch's own elu computes exp(x) - 1, which loses the digits of small x.
    'elu': (lambda x: torch.where(x > 0, x, torch.expm1(x.clamp(max=0))), {'alpha': 1.0}),
    'sigmoid': (torch.sigmoid, {}),
    'tanh': (torch.tanh, {}),
    # PyTorch's threshold of 20 would drop digits: at 20, exp(-x) is still 2e-9.
    'softplus': (lambda x: F.softplus(x, threshold=40), {}),
    'gelu': (F.gelu, {}),
    'geluTanh': (lambda x: F.gelu(x, approximate='tanh'), {}),
    'swish': (F.silu, {}),
    'softmax': (lambda x: F.softmax(x, dim=-1), {}),
}
# Their far negative side is well conditioned; elsewhere 1 + tanh or 1 + erf leaves rounding errors there.
DEEP = {'sigmoid', 'softplus', 'swish', 'softmax'}


def activations():
    """Outputs, and gradients of sum(output * weights). No zeros (kinks), and nothing where 1 - y cancels badly."""
    weights = numbers(1, 5, 4)
    cases = []
    for name, (function, options) in ACTIVATIONS.items():
        far = [-30.0, -600.0] if name in DEEP else [800.0, -800.0]
        x = torch.tensor([
            [0.109375, -0.25, 0.5, -1.0],
            [1.5, -2.0, 2.5, -3.0],
            [2.0**-33, -(2.0**-33), 2.0**-10, -(2.0**-10)],
            [1000.0, -1000.0, *far],
            [1e4, -1e4, 3.125, -2.75],
        ], requires_grad=True)
        output = function(x)
        (gradient,) = torch.autograd.grad((output * weights).sum(), x)
        cases.append(dict(activation=name, options=options, input=x, weights=weights, output=output, gradient=gradient))
    return {'cases': cases}


# --- Losses -----------------------------------------------------------------------------------------------------------

def loss_case(case, formula, target, prediction, reference=None, **options):
    """The mean over the rows as Keras reports it, its gradient; `reference` is the same value from torch's own loss."""
    target = torch.as_tensor(target)
    p = torch.as_tensor(prediction).clone().requires_grad_()
    rows = formula(target, p, **options)
    value = rows.mean()
    (gradient,) = torch.autograd.grad(value, p)
    if reference is not None:
        q = p.detach().clone().requires_grad_()
        other = reference(q)
        check(f'{formula.__name__} {case}', value, other)
        check(f'{formula.__name__} {case} gradient', gradient, torch.autograd.grad(other, q)[0])
    return dict(loss=camel(formula.__name__), case=case, options=options, prediction=p, target=target,
                rows=rows, value=value, gradient=gradient)


# Targets are labels, and a soft one.
BINARY = torch.tensor([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.3125, 1.0, 0.0]])
ONE_HOT = torch.tensor([[1.0, 0, 0, 0], [0, 0, 1.0, 0], [0, 1.0, 0, 0], [0, 0, 0, 1.0], [0.25, 0.5, 0.125, 0.125]])
BINARY_PREDICTIONS = {
    'probabilities': [[0.25, 0.75, 0.125], [0.5, 0.03125, 0.96875], [0.625, 0.375, 0.4375],
                      [0.0078125, 0.84375, 0.9921875], [0.5625, 0.21875, 0.6875]],
    # Where the clip at 1e-7 acts, the gradient is 0.
    'clipped': [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [1e-9, 0.75, 1 - 1e-9], [1e-6, 0.25, 0.5], [0.0, 0.5, 1.0]],
    'logits': numbers(4, 5, 3, scale=2.0),
    'extreme': [[1e4, 1e4, -1e4], [-1e4, -1e4, 1.5], [-1e4, 0.25, 1e4], [-0.75, 700.0, -700.0], [1e4, -1.25, -1e4]],
}
PREDICTIONS = {
    # Rows do not sum to 1: Keras divides them by their sum.
    'probabilities': numbers(5, 5, 4).abs() + 0.0625,
    'clipped': [[0.0, 0.5, 0.25, 0.25], [0.0, 0.0, 1.0, 0.0], [0.5, 1e-9, 0.25, 0.25], [3.0, 0.0, 1.0, 4.0],
                [0.5, 0.5, 0.0, 1.0]],
    'logits': numbers(6, 5, 4, scale=2.0),
    'extreme': [[1e4, -1e4, 0.5, 1.5], [-1e4, 1e4, -1e4, 1e4], [1e4, 0.0, -1e4, 1.0], [0.5, 1.0, -0.5, -1e4],
                [1e4, 1e4, 1e4, -1e4]],
}


def regression_losses():
    y, p = numbers(2, 5, 3), numbers(3, 5, 3, scale=1.5)
    yield loss_case('plain', mean_squared_error, y, p, lambda z: F.mse_loss(z, y))
    yield loss_case('plain', mean_absolute_error, y, p, lambda z: F.l1_loss(z, y))
    for delta in (1.0, 0.7):
        yield loss_case('plain', huber, y, p, lambda z: F.huber_loss(z, y, delta=delta), delta=delta)


def binary_losses(smoothing):
    soft = BINARY * (1 - smoothing) + 0.5 * smoothing
    references = {
        'probabilities': lambda z: F.binary_cross_entropy(z, soft),
        'logits': lambda z: F.binary_cross_entropy_with_logits(z, soft),
        'extreme': lambda z: F.binary_cross_entropy_with_logits(z, soft),
    }
    for case, p in BINARY_PREDICTIONS.items():
        yield loss_case(case, binary_crossentropy, BINARY, p, references.get(case),
                        from_logits=case in ('logits', 'extreme'), label_smoothing=smoothing)


def categorical_losses(formula, target, **options):
    smoothing = options.get('label_smoothing', 0.0)
    references = {
        'probabilities': lambda z: F.cross_entropy(torch.log(z), target, label_smoothing=smoothing),
        'logits': lambda z: F.cross_entropy(z, target, label_smoothing=smoothing),
        'extreme': lambda z: F.cross_entropy(z, target, label_smoothing=smoothing),
    }
    for case, p in PREDICTIONS.items():
        yield loss_case(case, formula, target, p, references.get(case),
                        from_logits=case in ('logits', 'extreme'), **options)


def losses():
    cases = [*regression_losses()]
    for smoothing in (0.0, 0.1):
        cases += binary_losses(smoothing)
        cases += categorical_losses(categorical_crossentropy, ONE_HOT, label_smoothing=smoothing)
    cases += categorical_losses(sparse_categorical_crossentropy, torch.tensor([2, 0, 1, 3, 1]))
    return {'epsilon': EPSILON, 'cases': cases}


# --- Optimizers -------------------------------------------------------------------------------------------------------

ADAM = dict(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7)
OTHER_ADAM = dict(learning_rate=0.02, beta_1=0.8, beta_2=0.95, epsilon=1e-5)
NESTEROV = dict(momentum=0.9, nesterov=True)
DECAY = dict(weight_decay=0.004)
# Name, formula, options; the class in torch.optim and its options.
OPTIMIZERS = [
    ('sgd', sgd, dict(learning_rate=0.01), torch.optim.SGD, {}),
    ('sgd', sgd, dict(learning_rate=0.01, momentum=0.9), torch.optim.SGD, dict(momentum=0.9)),
    ('sgd', sgd, dict(learning_rate=0.01, **NESTEROV), torch.optim.SGD, NESTEROV),
    *(('rmsprop', rmsprop, dict(learning_rate=0.001, rho=0.9, momentum=momentum, epsilon=1e-7, centered=centered),
       torch.optim.RMSprop, dict(alpha=0.9, momentum=momentum, centered=centered))
      for centered in (False, True) for momentum in (0.0, 0.5)),
    ('adagrad', adagrad, dict(learning_rate=0.01, initial_accumulator_value=0.1, epsilon=1e-7),
     torch.optim.Adagrad, dict(initial_accumulator_value=0.1)),
    ('adam', adam, ADAM, torch.optim.Adam, dict(betas=(0.9, 0.999))),
    ('adam', adam, OTHER_ADAM, torch.optim.Adam, dict(betas=(0.8, 0.95))),
    ('adamw', adam, dict(**ADAM, **DECAY), torch.optim.AdamW, dict(betas=(0.9, 0.999), **DECAY)),
]
INITIAL = np.array([0.5, -1.25, 2.0, 0.0625, -0.75])
# The third parameter has large gradients, the fourth ones as small as epsilon, the fifth none in every other step.
SLOPE = np.array([1.0, 0.5, 40.0, 1e-7, 2.0])
CENTRE = np.array([0.25, 0.5, -1.0, 1.0, 0.5])
CUBIC = np.array([0.75, -0.5, 3.0, 0.0, 0.25])
DRIFT = np.array([0.5, -0.25, 5.0, 2e-8, 0.0])


def gradient_of(w, t):
    """Slope of a quadratic and a cubic that is shifted to and fro with the step t."""
    g = SLOPE * (w - CENTRE) + CUBIC * w * w + DRIFT * (t % 3 - 1)
    return np.where((np.arange(5) == 4) & (t % 2 == 0), 0.0, g)


def follow(step, steps=10):
    w, gradients, weights = INITIAL, [], []
    for t in range(1, steps + 1):
        gradients.append(gradient_of(w, t))
        w = step(w, gradients[-1], t)
        weights.append(w)
    return gradients, weights


def torch_step(kind, learning_rate, options, epsilon):
    """torch.optim as step(w, g, t); `epsilon` maps t to the epsilon of that step."""
    parameter = torch.tensor(INITIAL, requires_grad=True)
    optimizer = kind([parameter], lr=learning_rate, **options)

    def step(w, g, t):
        parameter.grad = torch.tensor(g)
        if 'eps' in optimizer.param_groups[0]:
            optimizer.param_groups[0]['eps'] = epsilon(t)
        optimizer.step()
        return parameter.detach().numpy().copy()

    return step


def optimizers():
    """Ten steps each. Only the place of epsilon differs from PyTorch's conventions (at a constant learning rate)."""
    # Keras's documented example of RMSprop: one step from 10 at learning rate 0.1 on w²/2.
    check('rmsprop', rmsprop(0.1)(10.0, 10.0, 1), 9.683772, 1e-7)
    cases = []
    for name, formula, options, kind, torch_options in OPTIMIZERS:
        gradients, weights = follow(formula(**options))
        if formula is adam:
            # PyTorch adds epsilon after the bias correction of √v: the same step for this epsilon.
            beta_2, epsilon = options['beta_2'], options['epsilon']
            mine, theirs = weights, lambda t: epsilon / math.sqrt(1 - beta_2**t)
        else:
            # PyTorch adds epsilon outside the root: no epsilon on both sides.
            mine = follow(formula(**{**options, 'epsilon': 0.0}))[1] if 'epsilon' in options else weights
            theirs = lambda t: 0.0
        others = follow(torch_step(kind, options['learning_rate'], torch_options, theirs))[1]
        for parameter in range(5):
            check(f'{name} {options}', np.array(mine)[:, parameter], np.array(others)[:, parameter])
        cases.append(dict(optimizer=name, options=options, initial=INITIAL, gradients=gradients, weights=weights))
    return {'cases': cases}


# --- A whole network --------------------------------------------------------------------------------------------------

SIZES = [4, 5, 6, 3]
L2_KERNELS, L1_BIAS = 0.01, 0.005


def forward(layers, x):
    """Returns the logits of 4-5(tanh)-6(relu)-3(softmax)."""
    for (kernel, bias), activation in zip(layers, (torch.tanh, torch.relu, lambda z: z)):
        x = activation(x @ kernel + bias)
    return x


def penalty(layers):
    """L2 without a ½ on every kernel, L1 on the second layer's bias."""
    return L2_KERNELS * sum(kernel.square().sum() for kernel, _ in layers) + L1_BIAS * layers[1][1].abs().sum()


def flatten(layers):
    return np.concatenate([tensor.detach().numpy().ravel() for layer in layers for tensor in layer])


def unflatten(vector):
    layers, offset = [], 0
    for inputs, units in zip(SIZES, SIZES[1:]):
        layer = []
        for shape in ((inputs, units), (units,)):
            size = math.prod(shape)
            layer.append(torch.tensor(vector[offset:offset + size].reshape(shape), requires_grad=True))
            offset += size
        layers.append(layer)
    return layers


def named(vector):
    return [dict(kernel=kernel, bias=bias) for kernel, bias in unflatten(vector)]


def train(w, x, labels, step, regularized=False, clip_gradient=lambda g: g, steps=10):
    """Full-batch training. The losses are those before each step, penalties included; the gradient is the first one."""
    losses, first = [], None
    for t in range(1, steps + 1):
        layers = unflatten(w)
        loss = F.cross_entropy(forward(layers, x), labels)
        if regularized:
            loss = loss + penalty(layers)
        loss.backward()
        g = clip_gradient(flatten([[tensor.grad for tensor in layer] for layer in layers]))
        first = g if first is None else first
        losses.append(loss)
        w = step(w, g, t)
    return dict(gradients=named(first), losses=losses, weights=named(w))


def mlp():
    # Of the seeds 20, 30, 40 … the first for which half the relus are on, each in some rows and not in others, none
    # comes within 1e-3 of its kink, no gradient is rounding noise, and the norm falls from above its limit to below.
    seed = 1670
    x = numbers(seed, 7, SIZES[0])
    labels = torch.tensor([0, 2, 1, 1, 0, 2, 2])
    initial = np.concatenate([
        numbers(seed + 1 + 2 * layer + part, *shape, scale=0.7).numpy().ravel()
        for layer, (inputs, units) in enumerate(zip(SIZES, SIZES[1:]))
        for part, shape in enumerate(((inputs, units), (units,)))
    ])
    layers = unflatten(initial)
    output = F.softmax(forward(layers, x), -1)
    # From probabilities, as Keras computes it behind a softmax layer, and from logits: the same.
    check('mlp', sparse_categorical_crossentropy(labels, output).mean(), F.cross_entropy(forward(layers, x), labels))

    adam_options = dict(learning_rate=0.01, beta_1=0.9, beta_2=0.999, epsilon=1e-7)
    sgd_options = dict(learning_rate=0.5)
    limit, norm = 0.05, 0.5

    def clip_norm(g):
        return g * norm * min(1 / np.sqrt((g * g).sum()), 1 / norm)

    return {
        'layers': [dict(units=units, activation=name) for units, name in zip(SIZES[1:], ('tanh', 'relu', 'softmax'))],
        'x': x,
        'labels': labels,
        'initial': named(initial),
        'output': output,
        'plain': {'optimizer': 'adam', 'options': adam_options, **train(initial, x, labels, adam(**adam_options))},
        'regularized': {
            'optimizer': 'adam', 'options': adam_options, 'l2_kernels': L2_KERNELS, 'l1_second_bias': L1_BIAS,
            'penalty': penalty(layers), **train(initial, x, labels, adam(**adam_options), regularized=True),
        },
        'clip_value': {
            'optimizer': 'sgd', 'options': sgd_options, 'limit': limit,
            **train(initial, x, labels, sgd(**sgd_options), clip_gradient=lambda g: np.clip(g, -limit, limit)),
        },
        'clip_norm': {
            'optimizer': 'sgd', 'options': sgd_options, 'limit': norm,
            **train(initial, x, labels, sgd(**sgd_options), clip_gradient=clip_norm),
        },
    }


if __name__ == '__main__':
    write('activations', activations())
    write('losses', losses())
    write('optimizers', optimizers())
    write('mlp', mlp())
