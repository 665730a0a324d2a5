"""The quality bench: our ranking beside baselines and peers, on the same split files.

In: MovieLens ratings, read in place and never copied into the repository. Out: `docs/quality.md`
with its plots. Every model reads the same files of a split (`split_file`), gives lists of works, and
is judged by the same functions. Peers run in an environment of their own and see the files only, so
nothing here is imported by them but `split_file` and `peers`.
"""
