"""Reference trace of the article's two-layer network in NumPy, float64: made xor-article.json and xor-std1.json.

Usage: python3 xor.py OUT.json SEED STD LR
    python3 xor.py xor-article.json 0 0.01 0.1    # the article's randn * 0.01: stalls at loss 0.25
    python3 xor.py xor-std1.json 1 1 0.1          # randn * 1: learns XOR

The committed files came from one machine. Another NumPy or processor sums in another order and rounds exp differently:
over the 10,000 epochs that has changed them by less than 2e-12 relative.
"""
import json, sys
import numpy as np
out, seed, std, lr = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
X = np.array([[0,0],[0,1],[1,0],[1,1]], float); y = np.array([[0],[1],[1],[0]], float)
r = np.random.RandomState(seed)
W1 = r.randn(2,4)*std; b1 = np.zeros((1,4)); W2 = r.randn(4,1)*std; b2 = np.zeros((1,1))
init = dict(W1=W1.tolist(), b1=b1.tolist(), W2=W2.tolist(), b2=b2.tolist())
sig = lambda x: 1/(1+np.exp(-x))
losses = []
for i in range(10000):
    a1 = sig(X@W1+b1); o = sig(a1@W2+b2)
    losses.append(float(np.mean((y-o)**2)))
    d = (y-o)*o*(1-o); dh = (d@W2.T)*a1*(1-a1)
    W2 += a1.T@d*lr; b2 += d.sum(0)*lr; W1 += X.T@dh*lr; b1 += dh.sum(0)*lr
o = sig(sig(X@W1+b1)@W2+b2)
at = [0,1,2,5,10,100,500,1000,2000,5000,9999]
json.dump(dict(description="2-4-1 sigmoid network on XOR, full batch, 10000 epochs, loss = mean((y-o)^2) before each update, update as in the article (sum over samples, no 2/n factor)",
  learning_rate=lr, X=X.tolist(), y=y.tolist(), initial=init, losses_at={str(k): losses[k] for k in at},
  final=dict(W1=W1.tolist(), b1=b1.tolist(), W2=W2.tolist(), b2=b2.tolist()), output=o.tolist()), open(out,'w'), indent=1)
print(out, losses[0], losses[-1], o.ravel())
