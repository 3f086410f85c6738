#include <cmocka.h>
#include <string.h>

#include "index/indexer/job_queue.h"

static char first, second; /* owners */

/* A JSON array with ' for ". */
static Job *
job(void *owner, int64_t id, const char *account, const char *items)
{
	g_autofree char *line = g_strdup_printf("{'items':%s}", items);
	g_strdelimit(line, "'", '"');
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) object = json_line_parse(line, strlen(line), &error);
	assert_non_null(object);
	return job_new(owner, id, account, json_array(object, "items"));
}

static void
assert_next(JobQueue *queue, int64_t id)
{
	g_autoptr(Job) next = job_queue_take(queue);
	assert_non_null(next);
	assert_int_equal(next->id, id);
}

static void
idle_jobs_wait_for_all_urgent_ones(void **state)
{
	g_autoptr(JobQueue) queue = job_queue_new();
	assert_true(job_queue_is_empty(queue));
	job_queue_add(queue, job(&first, 1, "a", "[]"), true);
	job_queue_add(queue, job(&first, 2, "a", "[]"), true);
	job_queue_add(queue, job(&first, 3, "a", "[]"), false);
	job_queue_add(queue, job(&second, 4, "b", "[]"), false);
	assert_next(queue, 3);
	assert_next(queue, 4);
	assert_next(queue, 1);
	job_queue_add(queue, job(&second, 5, "b", "[]"), false);
	assert_next(queue, 5);
	assert_next(queue, 2);
	assert_true(job_queue_is_empty(queue));
	assert_null(job_queue_take(queue));
}

static void
what_one_owner_left_is_forgotten(void **state)
{
	g_autoptr(JobQueue) queue = job_queue_new();
	job_queue_add(queue, job(&first, 1, "a", "[]"), true);
	job_queue_add(queue, job(&second, 2, "b", "[]"), true);
	job_queue_add(queue, job(&first, 3, "a", "[]"), false);
	assert_int_equal(job_queue_count(queue, &first), 2);
	assert_int_equal(job_queue_count(queue, &second), 1);
	job_queue_forget(queue, &first);
	assert_int_equal(job_queue_count(queue, &first), 0);
	assert_next(queue, 2);
	assert_true(job_queue_is_empty(queue));
}

typedef struct Row {
	const char *idle, *urgent, *account, *outcome;
} Row;

static const Row rows[] = {
	{ "[{'act':'put','key':'k','file':'f','flags':1,'tags':['x']}]",
		"[{'act':'flags','key':'k','flags':16,'tags':['y']}]", "a",
		"[{'act':'put','key':'k','file':'f','flags':16,'tags':['y']}]" },
	{ "[{'act':'put','key':'k','file':'f','flags':1,'tags':['x']}]",
		"[{'act':'flags','key':'k','flags':16}]", "a",
		"[{'act':'put','key':'k','file':'f','flags':16}]" },
	{ "[{'act':'put','key':'k','file':'f','flags':1}]",
		"[{'act':'put','key':'k','file':'g','flags':2},{'act':'flags','key':'k','flags':3}"
		"]",
		"a", "[{'act':'put','key':'k','file':'g','flags':3}]" },
	{ "[{'act':'put','key':'k','file':'f'},{'act':'put','key':'k','file':'g'}]",
		"[{'act':'remove','key':'k'}]", "a",
		"[{'act':'remove','key':'k'},{'act':'remove','key':'k'}]" },
	{ "[{'act':'put','key':'k','file':'f','flags':1}]",
		"[{'act':'flags','key':'other','flags':16}]", "a",
		"[{'act':'put','key':'k','file':'f','flags':1}]" },
	{ "[{'act':'put','key':'k','file':'f','flags':1}]",
		"[{'act':'flags','key':'k','flags':16}]", "another account",
		"[{'act':'put','key':'k','file':'f','flags':1}]" },
	{ "[7,{},{'act':'put','key':'k','file':'f'}]", "[7,{},{'act':'fly','key':'k'}]", "a",
		"[7,{},{'act':'put','key':'k','file':'f'}]" },
};

static void
an_idle_job_ends_in_what_was_said_since(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(JobQueue) queue = job_queue_new();
		job_queue_add(queue, job(&first, 1, "a", rows[i].idle), true);
		job_queue_add(queue, job(&first, 2, rows[i].account, rows[i].urgent), false);
		assert_next(queue, 2);
		g_autoptr(Job) found = job_queue_take(queue);
		g_autoptr(Job) wanted = job(NULL, 0, "a", rows[i].outcome);
		for (guint j = 0; j < json_array_get_length(wanted->items); j++) {
			JsonNode *left = json_array_get_element(found->items, j);
			JsonNode *right = json_array_get_element(wanted->items, j);
			if (!json_node_equal(left, right))
				fail_msg("row %zu, item %u", i, j);
		}
	}
}

static void
a_later_idle_job_says_nothing_of_an_urgent_one(void **state)
{
	g_autoptr(JobQueue) queue = job_queue_new();
	job_queue_add(queue, job(&first, 1, "a", "[{'act':'flags','key':'k','flags':1}]"), false);
	job_queue_add(queue, job(&first, 2, "a", "[{'act':'flags','key':'k','flags':2}]"), true);
	g_autoptr(Job) urgent = job_queue_take(queue);
	JsonObject *item = json_array_get_object_element(urgent->items, 0);
	assert_int_equal(json_number(item, "flags", 0), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(idle_jobs_wait_for_all_urgent_ones),
		cmocka_unit_test(what_one_owner_left_is_forgotten),
		cmocka_unit_test(an_idle_job_ends_in_what_was_said_since),
		cmocka_unit_test(a_later_idle_job_says_nothing_of_an_urgent_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
