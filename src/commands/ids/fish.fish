
# Ids are those of the dataset, so that the program is asked.
function __imm_cluster_ids
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    set -l current (commandline -ct)
    $program completions fish -- $words "$current" 2>/dev/null
end
complete -c imm-cluster -n "count (__imm_cluster_ids) >/dev/null" -f -k -a "(__imm_cluster_ids)"
