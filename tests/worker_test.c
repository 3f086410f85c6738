#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "backend/agent/worker.h"

enum { JOBS = 1000 };

static void
add_next(void *data)
{
	GArray *done = data;
	int number = (int)done->len;
	g_array_append_val(done, number);
}

static void
jobs_are_done_in_order_and_a_call_waits(void **state)
{
	g_autoptr(Worker) worker = worker_new("test");
	g_autoptr(GArray) done = g_array_new(FALSE, FALSE, sizeof(int));
	for (int i = 0; i < JOBS; i++)
		worker_post(worker, add_next, done);
	worker_call(worker, add_next, done);
	assert_int_equal(done->len, JOBS + 1);
	assert_int_equal(g_array_index(done, int, JOBS), JOBS);
}

static void
what_was_posted_is_done_before_the_end(void **state)
{
	g_autoptr(GArray) done = g_array_new(FALSE, FALSE, sizeof(int));
	Worker *worker = worker_new("test");
	for (int i = 0; i < JOBS; i++)
		worker_post(worker, add_next, done);
	worker_free(worker);
	assert_int_equal(done->len, JOBS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jobs_are_done_in_order_and_a_call_waits),
		cmocka_unit_test(what_was_posted_is_done_before_the_end),
	};
	return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
