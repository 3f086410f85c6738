#include "backend/config_private.h"

static void
add(GPtrArray *problems, int line, int column, bool warning, char *sentence)
{
	if (problems->len >= CONFIG_PROBLEM_LIMIT) {
		g_free(sentence);
		return;
	}
	ConfigProblem *problem = g_new0(ConfigProblem, 1);
	*problem = (ConfigProblem){ line, column, warning, sentence };
	g_ptr_array_add(problems, problem);
}

void
config_add_problem(GPtrArray *problems, int line, int column, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	add(problems, line, column, false, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

void
config_add_warning(GPtrArray *problems, int line, int column, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	add(problems, line, column, true, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

static void
problem_free(void *data)
{
	ConfigProblem *problem = data;
	g_free(problem->sentence);
	g_free(problem);
}

GPtrArray *
config_problems_new(void)
{
	return g_ptr_array_new_with_free_func(problem_free);
}

static int
by_place(const void *a, const void *b)
{
	const ConfigProblem *first = *(ConfigProblem *const *)a;
	const ConfigProblem *second = *(ConfigProblem *const *)b;
	return first->line != second->line ? first->line - second->line
	                                   : first->column - second->column;
}

void
config_sort_problems(GPtrArray *problems)
{
	g_ptr_array_sort(problems, by_place);
}

char *
config_problem_text(const ConfigProblem *problem)
{
	return g_strdup_printf(
		"config:%d:%d: %s", problem->line, problem->column, problem->sentence);
}
