// SPDX-License-Identifier: ISC
/* Shapes of jitter: their quantiles against published ones, against each other, and tables of one's own. */
#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"
#include "model/jitter.h"

static char tmp[64], path[128];

static void make_tmp(void)
{
	(void)snprintf(tmp, sizeof(tmp), "/tmp/dxemu-test.XXXXXX");
	cr_assert_not_null(mkdtemp(tmp));
	(void)snprintf(path, sizeof(path), "%s/pareto.dist", tmp);
}

static void remove_tmp(void)
{
	(void)unlink(path);
	(void)rmdir(path);
	cr_expect_eq(rmdir(tmp), 0);
}

static void make_table(const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	cr_assert_not_null(f);
	cr_assert_eq(fwrite(text, 1, len, f), len);
	cr_assert_eq(fclose(f), 0);
}

static struct jitter_dist read_shape(enum jitter_shape shape)
{
	struct profile_dir d = { .jitter_shape = shape, .jitter_ns = 1 };
	struct jitter_dist dist;
	struct err err;

	if (shape == JITTER_TABLE)
		(void)snprintf(d.jitter_table, sizeof(d.jitter_table), "%s", path);
	cr_assert_eq(jitter_dist_read(&d, &dist, &err), 0, "%s", err.msg);

	return dist;
}

/* Of the normal distribution as tables of it give them, to more digits than these. */
Test(jitter, quantiles)
{
	static const struct {
		enum jitter_shape shape;
		double u, x;
	} rows[] = {
		{ JITTER_NONE, 0.3, 0 },
		{ JITTER_UNIFORM, 0, -1 },
		{ JITTER_UNIFORM, 0.25, -0.5 },
		{ JITTER_UNIFORM, 1, 1 },
		{ JITTER_NORMAL, 0.5, 0 },
		{ JITTER_NORMAL, 0.75, 0.674489750196082 },
		{ JITTER_NORMAL, 0.975, 1.959963984540054 },
		{ JITTER_NORMAL, 0.001, -3.090232306167813 },
		{ JITTER_NORMAL, 1e-4, -3.719016485455709 },
		{ JITTER_NORMAL, 3e-5, -4 },
		{ JITTER_NORMAL, 0, -4 },
		{ JITTER_NORMAL, 1, 4 },
		{ JITTER_HALF_NORMAL, 0, 0 },
		{ JITTER_HALF_NORMAL, 0.5, 0.674489750196082 },
		{ JITTER_HALF_NORMAL, 0.95, 1.959963984540054 },
		{ JITTER_HALF_NORMAL, 1, 4 },
		/* The ends of iproute2's tables. */
		{ JITTER_PARETO, 0, -5461 / 8192.0 },
		{ JITTER_PARETO, 1, 32767 / 8192.0 },
		{ JITTER_PARETO_NORMAL, 0, -12305 / 8192.0 },
		{ JITTER_PARETO_NORMAL, 1, 31789 / 8192.0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct jitter_dist dist = read_shape(rows[i].shape);

		cr_expect_float_eq(jitter_quantile(&dist, rows[i].u), rows[i].x, 1e-12,
				   "%s %g: %.12f", jitter_shape_names[rows[i].shape], rows[i].u,
				   jitter_quantile(&dist, rows[i].u));
		jitter_dist_free(&dist);
	}
}

/* One undoes the other, both rise, and moments are those of the quantiles. */
Test(jitter, consistent, .init = make_tmp, .fini = remove_tmp)
{
	const size_t n = 200000;

	make_table("-8192 0 8192 16384\n", 19);
	for (enum jitter_shape shape = JITTER_UNIFORM; shape < JITTER_SHAPE_COUNT; shape++) {
		const char *name = jitter_shape_names[shape];
		struct jitter_dist dist = read_shape(shape);
		double mean, sd, sum = 0, squares = 0, before = -JITTER_REACH;

		for (size_t i = 0; i < n; i++) {
			double u = ((double)i + 0.5) / (double)n, x = jitter_quantile(&dist, u);
			double back = jitter_cdf(&dist, x);

			/* Where many shares have one value, it is the largest. */
			cr_assert_geq(back, u - 1e-9, "%s: %g, %g", name, u, back);
			if (jitter_quantile(&dist, u + 1e-7) > x)
				cr_assert_leq(back, u + 1e-7 + 1e-9, "%s: %g, %g", name, u, back);
			cr_assert_float_eq(jitter_quantile(&dist, back), x, 1e-9, "%s: %g", name,
					   u);
			cr_assert_geq(x, before, "%s: %g", name, u);
			before = x;
			sum += x;
			squares += x * x;
		}
		jitter_moments(&dist, &mean, &sd);
		cr_expect_float_eq(mean, sum / (double)n, 1e-4, "%s: %g", name, mean);
		cr_expect_float_eq(sd, sqrt(squares / (double)n - mean * mean), 1e-4, "%s: %g",
				   name, sd);
		cr_expect_eq(jitter_cdf(&dist, jitter_lowest(&dist) - 1e-9), 0, "%s", name);
		cr_expect_eq(jitter_cdf(&dist, JITTER_REACH), 1, "%s", name);
		cr_expect_eq(jitter_quantile(&dist, 0), jitter_lowest(&dist), "%s", name);
		jitter_dist_free(&dist);
	}
}

/* To 1e-9 where no two entries are alike. */
Test(jitter, inverse, .init = make_tmp, .fini = remove_tmp)
{
	static const enum jitter_shape shapes[] = { JITTER_UNIFORM, JITTER_NORMAL,
						    JITTER_HALF_NORMAL, JITTER_TABLE };

	make_table("-8192 0 1 8192 16384 32767", 26);
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		struct jitter_dist dist = read_shape(shapes[i]);

		for (double u = 1e-4; u < 1 - 1e-4; u += 1e-5)
			cr_assert_float_eq(jitter_cdf(&dist, jitter_quantile(&dist, u)), u, 1e-9,
					   "%s: %g", jitter_shape_names[shapes[i]], u);
		jitter_dist_free(&dist);
	}
}

Test(jitter, table, .init = make_tmp, .fini = remove_tmp)
{
	static const char text[] = "# of one's own\n16384 -8192\r\n\n\t0\n# 5\n8192 8192";
	struct jitter_dist dist;
	double mean, sd;

	make_table(text, sizeof(text) - 1);
	dist = read_shape(JITTER_TABLE);
	cr_assert_eq(dist.n, 5);
	cr_expect_eq(jitter_lowest(&dist), -1);
	cr_expect_eq(jitter_quantile(&dist, 0.125), -0.5);
	cr_expect_eq(jitter_quantile(&dist, 0.6), 1);
	cr_expect_eq(jitter_quantile(&dist, 1), 2);
	cr_expect_eq(jitter_cdf(&dist, -0.5), 0.125);
	cr_expect_eq(jitter_cdf(&dist, 1), 0.75);
	jitter_moments(&dist, &mean, &sd);
	cr_expect_float_eq(mean, (-0.5 + 0.5 + 1 + 1.5) / 4, 1e-12);
	cr_expect_float_eq(sd, sqrt((1.0 / 3 + 1.0 / 3 + 1 + 7.0 / 3) / 4 - mean * mean), 1e-12);
	jitter_dist_free(&dist);
}

Test(jitter, bad_tables, .init = make_tmp, .fini = remove_tmp)
{
	static const struct {
		const char *text, *msg;
	} rows[] = {
		{ "", ": no numbers; a table of jitter has at least two numbers, in units of "
		      "1/8192 of "
		      "the scale" },
		{ "# 1 2\n", ": no numbers; a table of jitter has at least two numbers, in units "
			     "of "
			     "1/8192 of the scale" },
		{ "17\n", ": one number; a table of jitter has at least two numbers, in units of "
			  "1/8192 of the scale" },
		{ "1 2\n0.5\n", ":2: '0.5': not a whole number; a table of jitter has numbers in "
				"units "
				"of 1/8192 of the scale" },
		{ "1 2\n\x1b[31m\n", ":2: '?[31m': not a whole number; a table of jitter has "
				     "numbers in "
				     "units of 1/8192 of the scale" },
		{ "1 32768", ":1: '32768': out of range; allowed: -32768 to 32767" },
		{ "-32769", ":1: '-32769': out of range; allowed: -32768 to 32767" },
		{ "99999999999999999999", ":1: '99999999999999999999': out of range; allowed: "
					  "-32768 "
					  "to 32767" },
	};
	struct profile_dir d = { .jitter_shape = JITTER_TABLE, .jitter_ns = 1 };
	struct jitter_dist dist;
	struct err err;
	char msg[256];

	(void)snprintf(d.jitter_table, sizeof(d.jitter_table), "%s", path);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		make_table(rows[i].text, strlen(rows[i].text));
		(void)snprintf(msg, sizeof(msg), "jitter: %s%s", path, rows[i].msg);
		cr_expect_eq(jitter_dist_read(&d, &dist, &err), -EINVAL, "%s", rows[i].text);
		cr_expect_eq(err.kind, ERR_INPUT);
		cr_expect_str_eq(err.msg, msg);
	}

	make_table("1 2\n3 \0 4", 9);
	(void)snprintf(msg, sizeof(msg), "jitter: %s:2: a NUL byte; this is no text file", path);
	cr_expect_eq(jitter_dist_read(&d, &dist, &err), -EINVAL);
	cr_expect_str_eq(err.msg, msg);
}

Test(jitter, odd_files, .init = make_tmp, .fini = remove_tmp)
{
	static char many[2 * (JITTER_TABLE_MAX + 1)];
	struct profile_dir d = { .jitter_shape = JITTER_TABLE, .jitter_ns = 1 };
	struct jitter_dist dist;
	struct err err;
	char msg[256];

	(void)snprintf(d.jitter_table, sizeof(d.jitter_table), "%s", path);
	(void)snprintf(msg, sizeof(msg), "jitter: %s: No such file or directory", path);
	cr_expect_eq(jitter_dist_read(&d, &dist, &err), -EINVAL);
	cr_expect_str_eq(err.msg, msg);

	for (size_t i = 0; i < sizeof(many); i++)
		many[i] = "1 "[i % 2];
	make_table(many, sizeof(many) - 2);
	cr_expect_eq(jitter_dist_read(&d, &dist, &err), 0, "%s", err.msg);
	jitter_dist_free(&dist);
	make_table(many, sizeof(many));
	(void)snprintf(msg, sizeof(msg),
		       "jitter: %s:1: a number too many; a table of jitter has at most 65536",
		       path);
	cr_expect_eq(jitter_dist_read(&d, &dist, &err), -EINVAL);
	cr_expect_str_eq(err.msg, msg);

	cr_assert_eq(truncate(path, 1048577), 0);
	(void)snprintf(msg, sizeof(msg),
		       "jitter: %s: 1048577 bytes; a table of jitter has at most 1048576", path);
	cr_expect_eq(jitter_dist_read(&d, &dist, &err), -EINVAL);
	cr_expect_str_eq(err.msg, msg);

	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(mkdir(path, 0700), 0);
	(void)snprintf(msg, sizeof(msg), "jitter: %s: a directory, not a table of jitter", path);
	cr_expect_eq(jitter_dist_read(&d, &dist, &err), -EINVAL);
	cr_expect_str_eq(err.msg, msg);
}

/* Where tc looks for them, and what is said where they are not. */
Test(jitter, installed_tables, .init = make_tmp, .fini = remove_tmp)
{
	struct profile_dir d = { .jitter_shape = JITTER_PARETO_NORMAL, .jitter_ns = 1 };
	struct jitter_dist dist;
	struct err err;

	cr_assert_eq(setenv("TC_LIB_DIR", tmp, 1), 0);
	cr_expect_eq(jitter_dist_read(&d, &dist, &err), -ENOTSUP);
	cr_expect_eq(err.kind, ERR_ENV);
	cr_expect_str_eq(err.msg, "jitter: paretonormal.dist, iproute2's table of that jitter: not "
				  "in "
				  "$TC_LIB_DIR; remedy: apt-get install iproute2");
	make_table("1 2 3", 5);
	dist = read_shape(JITTER_PARETO);
	cr_expect_eq(dist.n, 3);
	jitter_dist_free(&dist);
}

Test(jitter, fits, .init = make_tmp, .fini = remove_tmp)
{
	static const struct {
		enum jitter_shape shape;
		uint64_t delay_ns, jitter_ns;
		const char *msg;
	} rows[] = {
		{ JITTER_NONE, 0, 0, NULL },
		{ JITTER_UNIFORM, 1000, 1000, NULL },
		{ JITTER_UNIFORM, 999, 1000, "1000ns" },
		{ JITTER_NORMAL, 3999, 1000, "4000ns" },
		{ JITTER_HALF_NORMAL, 0, 1000, NULL },
		{ JITTER_TABLE, 1500, 1000, NULL },
		{ JITTER_TABLE, 1499, 1000, "1500ns" },
		{ JITTER_TABLE, 1, 1, "2ns" },
	};

	make_table("-12288 0", 8);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct jitter_dist dist = read_shape(rows[i].shape);
		struct profile_dir d = { .delay_ns = rows[i].delay_ns,
					 .jitter_ns = rows[i].jitter_ns };
		struct err err = { 0 };

		cr_expect_eq(jitter_fits(&dist, &d, &err), rows[i].msg ? -EINVAL : 0, "row %zu: %s",
			     i, err.msg);
		cr_expect(!rows[i].msg || strstr(err.msg, rows[i].msg), "row %zu: %s", i, err.msg);
		jitter_dist_free(&dist);
	}
}

/* What profile_check() takes for granted of the tables that are installed. */
Test(jitter, installed_tables_reach_as_far_as_is_checked)
{
	static const struct {
		enum jitter_shape shape;
		double lowest;
	} rows[] = { { JITTER_PARETO, -0.67 }, { JITTER_PARETO_NORMAL, -1.51 } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct jitter_dist dist = read_shape(rows[i].shape);

		cr_expect_geq(jitter_lowest(&dist), rows[i].lowest);
		cr_expect_leq(jitter_lowest(&dist), rows[i].lowest + 0.01);
		jitter_dist_free(&dist);
	}
}

Test(jitter, correlation)
{
	static const struct {
		struct profile_dir d;
		uint64_t ns;
	} rows[] = {
		{ { 0 }, 0 },
		{ { .jitter_correlation_ns = 5 }, 0 },
		{ { .jitter_shape = JITTER_NORMAL }, 0 },
		{ { .jitter_shape = JITTER_NORMAL, .jitter_ns = 1 }, 100000000 },
		{ { .jitter_shape = JITTER_NORMAL, .jitter_ns = 4000000 }, 100000000 },
		{ { .jitter_shape = JITTER_NORMAL, .jitter_ns = 4000001 }, 100000025 },
		{ { .jitter_shape = JITTER_NORMAL,
		    .jitter_ns = 1,
		    .jitter_correlation_ns = 5000000 },
		  5000000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect_eq(profile_correlation_ns(&rows[i].d), rows[i].ns, "row %zu", i);
}
