package check

import (
	"context"
	"testing"

	"stoa/internal/finding"
)

// TestTestsOfManySortsAreKnown: each language has its own ways to name tests.
func TestTestsOfManySortsAreKnown(t *testing.T) {
	for name, text := range map[string]string{
		"test/Vault.t.sol": "contract A {}", "src/Vault.t.sol": "contract A {}", "spec/well_spec.lua": "describe()", "well_spec.cr": "it", "tests/WellTest.elm": "module A",
		"test/WellSpec.hs": "spec = 1", "src/WellSpec.hs": "spec = describe \"wells\"", "test/runtests.jl": "@test 1", "tests/testthat/test-well.R": "test_that()", "test_well.nim": "check 1",
		"t/01-basic.t": "use Test::More;", "well.bats": "@test", "test/well_test.clj": "(deftest)", "test/well_SUITE.erl": "-module(a).", "test/well_test.exs": "test",
		"WellTests.swift": "class A: XCTestCase {}", "Tests/WellTests/Well.swift": "class A", "well_test.dart": "test('a', () {})", "well_test.go": "package a\nfunc TestA(t *testing.T) {}", "test/test_well.f90": "program a",
		"Wells.Tests/Depth.cs": "[Fact] class A {}", "src/WellSpec.scala": "it should \"run dry\" in {}", "WellTest.php": "class A extends TestCase {}", "tests/well.phpt": "--TEST--", "well.cy.ts": "it('a')", "tst_well.cpp": "int a;",
		"src/well.rs": "fn a() {}\n#[cfg(test)]\nmod tests {}", "src/well.zig": "test \"depth\" {}", "well.d": "unittest { assert(1); }", "features/well.feature": "Feature: a",
	} {
		if got := Run(context.Background(), tree(map[string]string{name: text})).Of("health.tests")[0]; got.State != finding.Met {
			t.Errorf("%s is no test: %+v", name, got)
		}
	}
	for name, want := range map[string]finding.State{
		"src/contest.ts": finding.NotMet, "src/CipherSuite.java": finding.NotMet, "src/well.rs": finding.NotMet, "src/latest.py": finding.NotMet, "src/feature_spec.py": finding.NotMet, "src/OpenApiSpec.java": finding.NotMet,
		"scripts/test_well.sh": finding.NotObservable, "data/negative_tests.py": finding.NotObservable, "tests/deep/helped.py": finding.NotObservable, "tests/well.json": finding.NotObservable, "train/test.py": finding.NotObservable, "Models/LabTest.cs": finding.NotObservable, "src/BloodTest.java": finding.NotObservable,
	} {
		if got := Run(context.Background(), tree(map[string]string{name: "a = 1"})).Of("health.tests")[0]; got.State != want {
			t.Errorf("%s: %+v, want %s", name, got, want)
		}
	}
}

// TestATestIsShownAmongThoseThatAreCalledSo: of what is called like a test the one comes
// first in which something is tested.
func TestATestIsShownAmongThoseThatAreCalledSo(t *testing.T) {
	files := map[string]string{"app/drone_test.py": "DEBUG = True", "app/wells/tests/depth_test.py": "def test_depth():\n    assert 1\n"}
	got := Run(context.Background(), tree(files)).Of("health.tests")[0]
	if got.State != finding.Met || got.Evidence[0].Path != "app/wells/tests/depth_test.py" || len(got.Evidence) != 2 {
		t.Errorf("%+v", got)
	}
}
