#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "backend/core/flow.h"

static void *
end_one(void *data)
{
	flow_end(data, NULL);
	return NULL;
}

static void
more_than_the_limit_waits_for_a_place(void **state)
{
	g_autoptr(Flow) flow = flow_new(2);
	assert_true(flow_begin(flow, NULL));
	assert_true(flow_begin(flow, NULL));
	GThread *thread = g_thread_new("end", end_one, flow);
	assert_true(flow_begin(flow, NULL)); /* only after the other thread gave one back */
	g_thread_join(thread);
	flow_end(flow, NULL);
	flow_end(flow, NULL);
}

static void
the_first_failure_is_kept_and_given_out_once(void **state)
{
	g_autoptr(Flow) flow = flow_new(2);
	g_autoptr(GError) first = g_error_new_literal(g_quark_from_static_string("t"), 1, "first");
	g_autoptr(GError) second =
		g_error_new_literal(g_quark_from_static_string("t"), 2, "second");
	assert_true(flow_begin(flow, NULL));
	assert_true(flow_begin(flow, NULL));
	flow_end(flow, first);
	flow_end(flow, second);
	g_autoptr(GError) known = NULL;
	assert_false(flow_is_good(flow, &known));
	assert_string_equal(known->message, "first");
	g_autoptr(GError) seen = NULL;
	assert_false(flow_begin(flow, &seen));
	assert_string_equal(seen->message, "first");
	g_autoptr(GError) waited = NULL;
	assert_false(flow_wait(flow, &waited));
	assert_string_equal(waited->message, "first");
	assert_true(flow_wait(flow, NULL));
	assert_true(flow_is_good(flow, NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_than_the_limit_waits_for_a_place),
		cmocka_unit_test(the_first_failure_is_kept_and_given_out_once),
	};
	return cmocka_run_group_tests_name("flow", tests, NULL, NULL);
}
