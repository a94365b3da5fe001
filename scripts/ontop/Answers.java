import it.unibz.inf.ontop.injection.OntopSQLOWLAPIConfiguration;
import it.unibz.inf.ontop.rdf4j.repository.OntopRepository;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.eclipse.rdf4j.query.BooleanQuery;
import org.eclipse.rdf4j.query.Query;
import org.eclipse.rdf4j.query.QueryLanguage;
import org.eclipse.rdf4j.query.TupleQuery;
import org.eclipse.rdf4j.query.resultio.sparqljson.SPARQLResultsJSONWriter;

/**
 * Answers each query of a folder by Ontop over a database that knows the tables of whence publish --parquet:
 *
 *   java Answers.java TABLES DATABASE QUERIES ANSWERS [SECONDS [AGAIN [PROCESS...]]]
 *
 * DATABASE is duckdb, or the address of a schema of Trino such as jdbc:trino://localhost:8080/hive/whence_0123456789abcdef.
 * Each query has SECONDS (20), and is asked once more where it took less than AGAIN milliseconds (0). Writes one line a query: its name,
 * the milliseconds of the last time by the clock and those of processors, which each PROCESS took with this one, and "answered" or why not.
 */
public class Answers {
    public static void main(String[] arguments) throws Exception {
        Path tables = Path.of(arguments[0]), answers = Path.of(arguments[3]);
        boolean trino = arguments[1].startsWith("jdbc:trino:");
        String database = trino ? arguments[1] : "jdbc:duckdb:" + answers.resolve("graph.duckdb");
        String user = trino ? "whence" : "";
        try (Connection connection = DriverManager.getConnection(database, user, ""); Statement statement = connection.createStatement()) {
            for (String line : Files.readAllLines(tables.resolve(trino ? "trino.sql" : "duckdb.sql"))) statement.execute(line.replaceFirst(";$", ""));
            if (!trino) statement.execute("SET memory_limit = '2GB'"); // of all connections to this database, as long as this one is open
            answerAll(arguments, database, user);
        }
        System.exit(0); // threads of the pool of connections are left
    }

    /** Answers all queries, and writes a line for each. */
    private static void answerAll(String[] arguments, String database, String user) throws Exception {
        Path tables = Path.of(arguments[0]), queries = Path.of(arguments[2]), answers = Path.of(arguments[3]);
        int seconds = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 20, again = arguments.length > 5 ? Integer.parseInt(arguments[5]) : 0;
        boolean trino = database.startsWith("jdbc:trino:");
        var setting = OntopSQLOWLAPIConfiguration.defaultBuilder()
            .nativeOntopMappingFile(tables.resolve("whence.obda").toString())
            .jdbcUrl(database).jdbcDriver(trino ? "io.trino.jdbc.TrinoDriver" : "org.duckdb.DuckDBDriver").jdbcUser(user).jdbcPassword("");
        if (trino) setting.dbMetadataFile(tables.resolve("trino.json").toString());
        OntopRepository repository = OntopRepository.defaultRepository(setting.build());
        repository.init();
        try (Stream<Path> files = Files.list(queries).sorted()) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path answer = answers.resolve(file.getFileName() + ".json");
                String said = "answered";
                long taken = 0, busy = 0;
                for (int turn = 0; turn < 2 && said.equals("answered") && (turn == 0 || taken < again); turn++) {
                    long started = System.nanoTime(), before = processorTime(arguments);
                    said = ask(repository, Files.readString(file), answer, seconds);
                    taken = (System.nanoTime() - started) / 1_000_000;
                    busy = processorTime(arguments) - before;
                }
                if (!said.equals("answered")) Files.deleteIfExists(answer);
                System.out.println(file.getFileName() + "\t" + taken + "\t" + busy + "\t" + said);
                System.out.flush();
            }
        }
    }

    /** Returns the milliseconds of processors that this process and those of the arguments have taken. */
    private static long processorTime(String[] arguments) {
        Stream<ProcessHandle> others = Stream.of(arguments).skip(6).flatMap(one -> ProcessHandle.of(Long.parseLong(one)).stream());
        return Stream.concat(others, Stream.of(ProcessHandle.current())).mapToLong(one -> one.info().totalCpuDuration().map(Duration::toMillis).orElse(0L)).sum();
    }

    /** Returns "answered", or why not; planning, which nothing ends, is left to itself when its time is up. */
    private static String ask(OntopRepository repository, String text, Path answer, int seconds) throws InterruptedException {
        var said = new AtomicReference<String>("takes longer than " + seconds + " seconds");
        Thread asking = new Thread(() -> {
            try (var connection = repository.getConnection(); OutputStream out = new FileOutputStream(answer.toFile())) {
                Query query = connection.prepareQuery(QueryLanguage.SPARQL, text);
                query.setMaxExecutionTime(seconds);
                if (query instanceof TupleQuery rows) rows.evaluate(new SPARQLResultsJSONWriter(out));
                else out.write(("{\"head\": {}, \"boolean\": " + ((BooleanQuery) query).evaluate() + "}").getBytes(StandardCharsets.UTF_8));
                said.set("answered");
            } catch (Exception refused) {
                said.set(String.valueOf(refused.getMessage()).lines().findFirst().orElse("refused"));
            }
        });
        asking.setDaemon(true);
        asking.start();
        asking.join(1000L * seconds);
        return said.get();
    }
}
