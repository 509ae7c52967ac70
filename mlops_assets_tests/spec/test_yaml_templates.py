"""A template in a defs.yaml names variables of the environment, and runs nothing."""

import pytest

from mlops_assets.spec.yaml_templates import refused_in


@pytest.mark.parametrize(
    "template",
    ["{{ env.HOME }}", "a{{ env.A }}b{{ env.B }}", "{{ env('A', 'b') }}", "{{ evn.HOME }}", "{{ a"],
)
def test_a_variable_may_be_named(template):
    assert refused_in(template) == ""


@pytest.mark.parametrize(
    "template",
    [
        "{{ cycler.__init__.__globals__.os.system('x') }}",
        "{{ lipsum.__globals__['os'] }}",
        "{{ env.__class__ }}",
        "{{ env.A.__class__.__mro__ }}",
        "{{ env['A'] }}",
        "{{ ''.__class__ }}",
        "{{ dg.Definitions }}",
        "{{ datetime.datetime.now() }}",
        "{{ env.get('A') }}",
        "{{ range(10 ** 9) | list }}",
        "{{ env.A | attr('__class__') }}",
        "{% for i in env %}{{ i }}{% endfor %}{{ env.A }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ env.A if env.B else env.C }}",
    ],
)
def test_all_else_is_refused(template):
    assert refused_in(template) != ""
