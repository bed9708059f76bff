"""The inputs and the errors that PyTorch ships for testing its own recurrent modules."""

import pytest
import torch
from torch.testing._internal.common_modules import ModuleErrorEnum, module_db

from rnnlib import cell_modules, recurrent

OURS = {
    getattr(torch.nn, name): getattr(place, name)
    for place, names in (
        (recurrent, ["RNN", "GRU", "LSTM"]),
        (cell_modules, ["RNNCell", "GRUCell", "LSTMCell"]),
    )
    for name in names
}
INFOS = [info for info in module_db if info.module_cls in OURS]
SETTINGS = {"device": "cpu", "dtype": torch.float64, "requires_grad": True}


def cases(kind):
    torch.manual_seed(0)
    return [
        pytest.param(info, case, id=f"{info.name}-{k}")
        for info in INFOS
        for k, case in enumerate(
            getattr(info, f"module_{kind}_func")(info, training=True, **SETTINGS)
        )
    ]


def leaves(result):
    """All tensors of nested tuples, packed sequences among them."""
    if isinstance(result, torch.Tensor):
        return [result]
    if isinstance(result, torch.nn.utils.rnn.PackedSequence):
        return [result.data]
    return [t for part in result for t in leaves(part)]


def test_none_is_missing():
    assert len(INFOS) == 6
    # torch 2.13 ships 87 and 58
    assert len(cases("inputs")) >= 80
    assert len(cases("error_inputs")) >= 16


def with_backends(info):
    """Layers run with each backend; cells have none."""
    if info.name.endswith("Cell"):
        return [{}]
    return [{"backend": name} for name in ("function", "eager", "torch")]


@pytest.mark.parametrize(("info", "case"), cases("inputs"))
def test_inputs(info, case):
    for backend in with_backends(info):
        compare(info, case, backend)


def compare(info, case, backend):
    arguments, keywords = case.constructor_input.args, case.constructor_input.kwargs
    theirs = info.module_cls(*arguments, **keywords).double()
    ours = OURS[info.module_cls](*arguments, **keywords, **backend).double()
    ours.load_state_dict(theirs.state_dict())
    results = []
    for module in (ours, theirs):
        out = leaves(module(*case.forward_input.args, **case.forward_input.kwargs))
        read = [*leaves(case.forward_input.args), *module.parameters()]
        loss = sum(o.square().sum() for o in out)
        results.append([*out, *torch.autograd.grad(loss, read)])
    for mine, reference in zip(*results, strict=True):
        torch.testing.assert_close(mine, reference, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("info", "case"), cases("error_inputs"))
def test_errors(info, case, no_type_checks):
    sample = case.module_error_input
    arguments, keywords = sample.constructor_input.args, sample.constructor_input.kwargs
    make = OURS[info.module_cls]
    if case.error_on == ModuleErrorEnum.CONSTRUCTION_ERROR:
        with pytest.raises(case.error_type, match=case.error_regex):
            make(*arguments, **keywords)
        return
    module = make(*arguments, **keywords)
    if "dtype" not in keywords:
        module.double()
    with pytest.raises(case.error_type, match=case.error_regex):
        module(*sample.forward_input.args, **sample.forward_input.kwargs)
