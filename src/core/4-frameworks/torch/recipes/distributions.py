# torch.distributions: what a model keeps or returns. Shapes are exact; samples stand for values that are not known.
import torch


def _tensors(*values):
    return torch.broadcast_tensors(*[v if isinstance(v, torch.Tensor) else torch.tensor(float(v)) for v in values])


class Distribution:
    has_rsample = False
    has_enumerate_support = False

    def __init__(self, batch_shape=torch.Size(), event_shape=torch.Size(), validate_args=None):
        self._batch_shape = torch.Size(batch_shape)
        self._event_shape = torch.Size(event_shape)

    @property
    def batch_shape(self):
        return self._batch_shape

    @property
    def event_shape(self):
        return self._event_shape

    def _extended_shape(self, sample_shape=torch.Size()):
        return torch.Size(tuple(sample_shape) + tuple(self._batch_shape) + tuple(self._event_shape))

    def sample(self, sample_shape=torch.Size()):
        return self._draw(self._extended_shape(sample_shape)).detach()

    def rsample(self, sample_shape=torch.Size()):
        return self._draw(self._extended_shape(sample_shape))

    def sample_n(self, n):
        return self.sample((n,))

    @property
    def stddev(self):
        return self.variance.sqrt()

    def perplexity(self):
        return torch.exp(self.entropy())


class _Elementwise(Distribution):
    # One parameter or more of equal shape, a value for each element.
    _names = ()

    def _keep(self, *values):
        parts = _tensors(*values)
        for name, part in zip(self._names, parts):
            setattr(self, name, part)
        super().__init__(parts[0].size())

    def _first(self):
        return getattr(self, self._names[0])

    def _draw(self, shape):
        return self._first() + torch.rand(shape)

    def _like(self, value):
        return _tensors(self._first(), value)[0] + value

    def log_prob(self, value):
        return self._like(value).log()

    def cdf(self, value):
        return self._like(value).exp()

    def icdf(self, value):
        return self._like(value).erfinv()

    def entropy(self):
        return self._first().log()

    @property
    def mean(self):
        return self._first()

    @property
    def mode(self):
        return self._first()

    @property
    def variance(self):
        return self._first().square()


class Normal(_Elementwise):
    has_rsample = True
    _names = ("loc", "scale")

    def __init__(self, loc, scale, validate_args=None):
        self._keep(loc, scale)

    def _draw(self, shape):
        return self.loc + torch.randn(shape) * self.scale

    @property
    def stddev(self):
        return self.scale

    @property
    def variance(self):
        return self.scale.pow(2)


class LogNormal(Normal):
    pass


class Laplace(Normal):
    pass


class Cauchy(Normal):
    pass


class Gumbel(Normal):
    pass


class HalfNormal(_Elementwise):
    has_rsample = True
    _names = ("scale",)

    def __init__(self, scale, validate_args=None):
        self._keep(scale)


class Uniform(_Elementwise):
    has_rsample = True
    _names = ("low", "high")

    def __init__(self, low, high, validate_args=None):
        self._keep(low, high)

    def _draw(self, shape):
        return self.low + torch.rand(shape) * (self.high - self.low)


class Gamma(_Elementwise):
    has_rsample = True
    _names = ("concentration", "rate")

    def __init__(self, concentration, rate, validate_args=None):
        self._keep(concentration, rate)


class Beta(_Elementwise):
    has_rsample = True
    _names = ("concentration1", "concentration0")

    def __init__(self, concentration1, concentration0, validate_args=None):
        self._keep(concentration1, concentration0)


class StudentT(_Elementwise):
    has_rsample = True
    _names = ("df", "loc", "scale")

    def __init__(self, df, loc=0.0, scale=1.0, validate_args=None):
        self._keep(df, loc, scale)


class Exponential(_Elementwise):
    has_rsample = True
    _names = ("rate",)

    def __init__(self, rate, validate_args=None):
        self._keep(rate)


class Poisson(_Elementwise):
    _names = ("rate",)

    def __init__(self, rate, validate_args=None):
        self._keep(rate)


class Bernoulli(_Elementwise):
    _names = ("probs", "logits")

    def __init__(self, probs=None, logits=None, validate_args=None):
        if (probs is None) == (logits is None):
            raise ValueError("Either `probs` or `logits` must be specified, but not both.")
        if probs is None:
            self._keep(_tensors(logits)[0].sigmoid(), logits)
        else:
            self._keep(probs, _tensors(probs)[0].logit())


class Geometric(Bernoulli):
    pass


class RelaxedBernoulli(Bernoulli):
    has_rsample = True

    def __init__(self, temperature, probs=None, logits=None, validate_args=None):
        self.temperature = temperature
        super().__init__(probs, logits)


class Categorical(Distribution):
    def __init__(self, probs=None, logits=None, validate_args=None):
        if (probs is None) == (logits is None):
            raise ValueError("Either `probs` or `logits` must be specified, but not both.")
        given = logits if probs is None else probs
        if given.dim() < 1:
            raise ValueError("`probs` and `logits` must be at least one-dimensional.")
        if probs is None:
            self.logits = logits - logits.logsumexp(dim=-1, keepdim=True)
            self.probs = self.logits.softmax(dim=-1)
        else:
            self.probs = probs / probs.sum(-1, keepdim=True)
            self.logits = self.probs.log()
        self._num_events = given.size(-1)
        super().__init__(given.size()[:-1])

    @property
    def param_shape(self):
        return self.probs.size()

    @property
    def mode(self):
        return self.probs.argmax(dim=-1)

    def _draw(self, shape):
        noise = torch.rand(tuple(shape) + (self._num_events,))
        return (self.logits + noise).argmax(dim=-1)

    def log_prob(self, value):
        value, logits = torch.broadcast_tensors(value.long().unsqueeze(-1), self.logits)
        return logits.gather(-1, value[..., :1]).squeeze(-1)

    def entropy(self):
        return -(self.logits * self.probs).sum(-1)


class OneHotCategorical(Distribution):
    def __init__(self, probs=None, logits=None, validate_args=None):
        self._categorical = Categorical(probs, logits)
        self.probs = self._categorical.probs
        self.logits = self._categorical.logits
        super().__init__(self.probs.size()[:-1], self.probs.size()[-1:])

    @property
    def mean(self):
        return self.probs

    @property
    def mode(self):
        return torch.nn.functional.one_hot(self.probs.argmax(dim=-1), self.probs.size(-1)).to(self.probs)

    def _draw(self, shape):
        return self.probs + torch.rand(shape)

    def log_prob(self, value):
        return (value * self.logits).sum(-1)

    def entropy(self):
        return self._categorical.entropy()


class OneHotCategoricalStraightThrough(OneHotCategorical):
    has_rsample = True


class RelaxedOneHotCategorical(OneHotCategorical):
    has_rsample = True

    def __init__(self, temperature, probs=None, logits=None, validate_args=None):
        self.temperature = temperature
        super().__init__(probs, logits)


class Dirichlet(Distribution):
    has_rsample = True

    def __init__(self, concentration, validate_args=None):
        self.concentration = concentration
        super().__init__(concentration.size()[:-1], concentration.size()[-1:])

    @property
    def mean(self):
        return self.concentration / self.concentration.sum(-1, keepdim=True)

    def _draw(self, shape):
        return self.concentration + torch.rand(shape)

    def log_prob(self, value):
        return (value * self.concentration).sum(-1)

    def entropy(self):
        return self.concentration.sum(-1)


class Independent(Distribution):
    def __init__(self, base_distribution, reinterpreted_batch_ndims, validate_args=None):
        self.base_dist = base_distribution
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims
        whole = tuple(base_distribution.batch_shape) + tuple(base_distribution.event_shape)
        split = len(base_distribution.batch_shape) - reinterpreted_batch_ndims
        super().__init__(whole[:split], whole[split:])

    def _sum(self, tensor):
        if self.reinterpreted_batch_ndims == 0:
            return tensor
        return tensor.sum(dim=list(range(-self.reinterpreted_batch_ndims, 0)))

    @property
    def mean(self):
        return self.base_dist.mean

    @property
    def mode(self):
        return self.base_dist.mode

    @property
    def stddev(self):
        return self.base_dist.stddev

    @property
    def variance(self):
        return self.base_dist.variance

    def sample(self, sample_shape=torch.Size()):
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape=torch.Size()):
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value):
        return self._sum(self.base_dist.log_prob(value))

    def entropy(self):
        return self._sum(self.base_dist.entropy())


def kl_divergence(p, q):
    if isinstance(p, Independent):
        return p._sum(kl_divergence(p.base_dist, q.base_dist))
    if isinstance(p, (Categorical, OneHotCategorical)):
        return (p.probs * (p.logits - q.logits)).sum(-1)
    if isinstance(p, Dirichlet):
        return (p.concentration - q.concentration).sum(-1)
    return p._first() - q._first()
